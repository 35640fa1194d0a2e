import { randomBytes } from 'node:crypto'
import { about, type Examination, type ExaminedKind, type Finding } from './finding.ts'
import { type Creation, type Provider, ProviderRefusal } from './provider.ts'

/** Whose every throw-away entry is: what an interrupted run left behind is found by it. */
export const TRIAL_MARKER = 'mci-doctor'
export const TRIAL_LOGIN = 'mci-doctor-'

/** The steps of a throw-away account's life. */
export type Step =
  | 'entry-create'
  | 'entry-reset'
  | 'entry-own-password'
  | 'entry-block'
  | 'entry-unblock'
  | 'entry-close'

export interface Trial {
  provider: Provider
  subject: string
  kind: ExaminedKind
  ask: Examination
  /** What the directory called its last refusal, and forgets it. */
  lastTold(): string
  /** What to grant, where a step is refused. */
  mend(step: Step, told: string): string
  /** After the first password: what only this directory can be asked. */
  between?(now: Now): AsyncIterable<Finding>
  /** Nobody can be asked there whether a password opens. */
  blind?: true
}

const done: Record<Step, string> = {
  'entry-create': 'crea una cuenta de prueba',
  'entry-reset': 'le pone una contraseña temporal, y entra con ella',
  'entry-own-password': 'acepta la contraseña propia más corta que el servicio permite',
  'entry-block': 'la bloquea, y ya no entra',
  'entry-unblock': 'la desbloquea, y vuelve a entrar',
  'entry-close': 'la da de baja, y ya no entra',
}

/** The directory did what was asked, and it had no effect. */
class NotSo extends Error {}

/** A name that says what it is; nobody else's by chance. */
export function throwAway(kind: ExaminedKind, fence: number): Creation {
  const part = randomBytes(5).toString('hex')
  const login = `${TRIAL_LOGIN}${part}`
  const key = `MCIDOCTOR${part.toUpperCase()}`
  return {
    marker: TRIAL_MARKER,
    kind: kind.kind,
    address: `${login}@${kind.domain}`,
    displayName: `Prueba de mci doctor ${part}`,
    given: 'Prueba',
    surnames: 'de mci doctor',
    keys: { curp: key, curt: key, controlNumber: key },
    quotaMb: 1,
    password: null,
    until: null,
    fence,
  }
}

/** Lives the life of an account of one kind through the very code that people's acts go through. Removing is the caller's. */
export async function* live(trial: Trial): AsyncIterable<Finding> {
  const { provider, ask } = trial
  const creation = throwAway(trial.kind, 1)
  const now = { id: '', password: ask.password(), fence: 1 }
  const opens = async (expected: boolean) => {
    if (!trial.blind && (await provider.accepts(now.id, now.password)) !== expected)
      throw new NotSo(expected ? 'no entra' : 'sigue entrando')
  }
  const created = await taken(trial, 'entry-create', async () => {
    now.id = (await provider.create(creation)).externalId
  })
  yield created
  if (created.ok === 'no') return
  const reset = await taken(trial, 'entry-reset', async () => {
    const until = new Date(Date.now() + 3_600_000)
    await provider.setPassword(now.id, { password: now.password, until, fence: ++now.fence })
    await opens(true)
  })
  yield reset
  if (reset.ok === 'yes') {
    yield* trial.between?.(now) ?? []
    yield* signedIn(trial, now, opens)
  }
  yield await taken(trial, 'entry-close', async () => {
    await provider.close(now.id, ++now.fence)
    await opens(false)
  })
}

/** Where the throw-away account stands; whoever changes its password or its fence says so here. */
export interface Now {
  id: string
  password: string
  fence: number
}

/** What only shows with a password that works. */
async function* signedIn(trial: Trial, now: Now, opens: (expected: boolean) => Promise<void>) {
  const { provider, ask } = trial
  // Where nobody can be asked whether a password opens, people choose theirs elsewhere.
  if (!trial.blind)
    yield await taken(trial, 'entry-own-password', async () => {
      const password = ask.ownPassword
      await provider.setPassword(now.id, { password, until: null, fence: ++now.fence })
      now.password = password
      await opens(true)
    })
  const blocks = async (blocked: boolean) => {
    await provider.setBlocked(now.id, blocked, ++now.fence)
    await opens(!blocked)
  }
  yield await taken(trial, 'entry-block', () => blocks(true))
  yield await taken(trial, 'entry-unblock', () => blocks(false))
}

/** What a life has heard already: one cause is one finding. */
const heard = new WeakMap<Trial, Set<string>>()

async function taken(trial: Trial, name: Step, work: () => Promise<void>): Promise<Finding> {
  const say = about(trial.subject)
  // What nobody could see there is not claimed either.
  const words = trial.blind ? done[name].replace(/, .*/, '') : done[name]
  const known = heard.get(trial) ?? new Set()
  heard.set(trial, known)
  trial.lastTold()
  try {
    await work()
    return say.yes(name, words)
  } catch (error) {
    const told = toldOf(error, trial.lastTold())
    // A person who is told why can choose another; whoever only hears «not available» cannot.
    const mild = name === 'entry-own-password' && (error as ProviderRefusal).code === 'password-refused'
    if (known.has(told)) return say.skipped(name, `no: ${words}, por lo mismo que arriba`)
    known.add(told)
    return say[mild ? 'warning' : 'no'](name, `no: ${words} (${told})`, trial.mend(name, told))
  }
}

/** By code and by the directory's own name for it: neither holds a value. */
function toldOf(error: unknown, told: string): string {
  if (error instanceof NotSo) return error.message
  if (error instanceof ProviderRefusal) return error.detail ?? (told || error.code)
  return told || (error as Error).name
}
