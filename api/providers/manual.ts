import type { ProviderSettings } from '../institution/institution.ts'
import { addressByHand } from './by-hand.ts'
import type { Opened } from './open.ts'
import { type Followed, type Follower, type Provider, ProviderRefusal } from './provider.ts'

const acts = {
  create: 'crear la cuenta',
  reset: 'cambiar la contraseña',
  block: 'bloquear la cuenta',
  unblock: 'desbloquear la cuenta',
  close: 'dar de baja la cuenta',
  reopen: 'reabrir la cuenta',
  describe: 'cambiar el titular de la cuenta',
}
type Act = keyof typeof acts

interface Facts {
  address: string
  name: string
  kind: string
}

interface Settings {
  instructions: string
  script?: Partial<Record<Act, string>>
  shell?: 'sh' | 'powershell'
  csv?: Record<string, string>
}

const quoted = {
  sh: (value: string) => `'${value.replaceAll("'", "'\\''")}'`,
  powershell: (value: string) => `'${value.replace(/['‘’‚‛]/g, '$&$&')}'`,
}
const cell = (value: string) => `"${value.replaceAll('"', '""').replace(/^[=+\-@\t\r＝＋－＠]/, "'$&")}"`

const filled = (template: string, values: Record<string, string>, write = (value: string) => value) =>
  template.replace(/\{(\w+)\}/g, (hole, name: string) => (name in values ? write(values[name] ?? '') : hole))

/** What a person has to do, word for word: instructions, then a script and a line of CSV where the institution wrote them. */
export function taskText(settings: Settings, act: Act, facts: Facts): string {
  const { instructions, script, shell = 'sh', csv } = settings
  const oneLine = (value: string) => value.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
  const values = {
    act: acts[act],
    address: facts.address,
    login: facts.address.split('@')[0] ?? '',
    name: oneLine(facts.name),
    kind: facts.kind,
  }
  const columns = Object.entries(csv ?? {})
  return [
    filled(instructions, values),
    ...(script?.[act] ? [filled(script[act], values, quoted[shell])] : []),
    ...(columns.length === 0
      ? []
      : [
          `${columns.map(([header]) => cell(header)).join(',')}\n${columns.map(([, template]) => cell(filled(template, values))).join(',')}`,
        ]),
  ].join('\n\n')
}

/** A person does it, where there is no API: each change is a task, and the movement waits for its end. */
export function openManual(settings: ProviderSettings): Opened {
  const ask = (act: Act, facts: Partial<Facts> & { address: string }): Promise<never> => {
    const detail = taskText(settings as unknown as Settings, act, { name: '', kind: '', ...facts })
    return Promise.reject(new ProviderRefusal('waiting', undefined, { detail }))
  }
  const by = (act: Act) => (externalId: string) => ask(act, { address: addressByHand(externalId) })
  const provider: Provider = {
    look: async () => undefined,
    find: async () => [],
    async *list() {},
    accepts: async () => false,
    create: ({ address, displayName, kind }) => ask('create', { address, name: displayName, kind }),
    setPassword: by('reset'),
    hasArrived: async () => false,
    // Nobody can be asked whether it is still ours, and nobody is woken for it.
    expirePassword: async () => 'not-ours',
    setBlocked: (externalId, blocked) => by(blocked ? 'block' : 'unblock')(externalId),
    close: by('close'),
    reopen: by('reopen'),
    describe: (externalId, { displayName }) =>
      ask('describe', { address: addressByHand(externalId), name: displayName }),
  }
  const actFor = ({ state, externalId }: Followed): Act =>
    state === 'closed' ? 'close' : state === 'blocked' ? 'block' : externalId ? 'unblock' : 'create'
  const follower: Follower = {
    follow: fact => ask(actFor(fact), { ...fact, name: fact.displayName }),
  }
  return { provider, follower, blind: true }
}
