import { createHash, randomBytes } from 'node:crypto'
import { createAccount } from '../../api/accounts/create.ts'
import { openTransport } from '../../api/mail/transport.ts'
import { hashPassword } from '../../api/providers/hashing.ts'
import { type Browser, openBrowser } from '../chaos/browser.ts'
import { type Held, openDirectory, people as unit } from './directory.ts'
import { print, rate, sideBySide } from './rate.ts'
import { openService, type Service } from './service.ts'

/** What a reset and a creation cost from end to end, against the work that nobody can spare, in the same run. */
const seconds = 6
let sources = 1
const source = () => `10.${(++sources >> 16) & 255}.${(sources >> 8) & 255}.${sources & 255}`

const secret = () => {
  const salt = randomBytes(16)
  const digest = createHash('sha1').update(salt.toString('hex')).update(salt).digest()
  return `{SSHA}${Buffer.concat([digest, salt]).toString('base64')}`
}

interface Floor {
  select(n: number): Promise<unknown>
  mail(): Promise<void>
  commit(): Promise<unknown>
  close(): Promise<void>
}

/** The parts of a floor, over the same servers. */
function openFloor({ smtp, sql, claims }: Service): Floor {
  const mail = openTransport({
    smtpUrl: smtp.url,
    mailFrom: 'correo@colima.example',
    publicUrl: 'http://localhost:3000',
  })
  const [letter] = smtp.mails
  return {
    select: n => {
      const { curp = '' } = claims[n % claims.length] ?? {}
      return sql`select p.* from person_identifier i join person p on p.id = i.person_id where i.kind = 'curp' and i.value = ${curp}`
    },
    async mail() {
      const { subject = '', text = '', html = '' } = letter ?? {}
      const said = await mail.send({ to: 'alguien@correo-libre.mx', subject, text, html })
      if (said.state !== 'sent') throw new Error(said.smtp)
    },
    commit: () =>
      sql`insert into event (kind, actor, channel, detail) values ('bench', 'system', 'system', '{}')`,
    close: () => mail.close(),
  }
}

async function reset({ url, claims }: Service, n: number, browser: Browser): Promise<void> {
  const known = await browser.ask('POST', '/api/visits', { profile: 'worker', claim: claims[n] })
  if (known?.status !== 201) throw new Error(`not identified at ${url}: ${JSON.stringify(known)}`)
  const done = await browser.ask('POST', '/api/visits/current/confirmation', {})
  if (done?.body.state !== 'done') throw new Error(`not done: ${JSON.stringify(done)}`)
}

/** As if the last passwords had been handed out long ago, and nobody had asked yet. */
async function letTimePass({ sql, smtp }: Service): Promise<void> {
  await sql`update credential_issue set issued_at = issued_at - interval '40 days'`
  await sql`delete from attempt`
  smtp.mails.length = 1
  smtp.recipients.length = 0
  await sql`vacuum analyze`
}

/** Everybody's account, by the product's own verb, as from a list. False: nobody is left. */
async function creator({ ctx, sql }: Service): Promise<(n: number) => Promise<boolean>> {
  const list = await sql<
    { person: string; affiliation: number }[]
  >`select person_id as person, id::int as affiliation from affiliation order by id`
  return async n => {
    const one = list[n]
    if (!one) return false
    const row = await createAccount(ctx, { as: 'system', channel: 'system' }, { ...one, kind: 'personal' })
    if (row.state !== 'done') throw new Error(`not created: ${row.problem}`)
    return true
  }
}

/** Against an entry and a commit each; `mail`: and a mail, since a person is told. */
async function creations(service: Service, held: Held, name: string, from: number, mail: boolean) {
  const people = service.claims.length / 2
  const create = await creator(service)
  const bare = openFloor(service)
  const run = Math.random().toString(36).slice(2)
  const figure = (n: number) => (n < people ? create(from + n) : Promise.resolve(false))
  const floor = async (n: number) => {
    const uid = `p${run}${n}`
    const objectClass = ['inetOrgPerson', 'mciAccount']
    const entry = { objectClass, uid: [uid], cn: [uid], sn: [uid], mail: [`${uid}@colima.example`] }
    await held.add(`uid=${uid},${unit}`, { ...entry, mciMarker: [uid], userPassword: [secret()] })
    if (mail) await bare.mail()
    await bare.commit()
    return true
  }
  const rates = await sideBySide(8, 3600, { figure, floor })
  await bare.close()
  print({ name, clients: 8, people, ...rates, unit: 'accounts/s' })
}

async function resets(
  service: Service,
  name: string,
  clients: number,
  change: (n: number) => Promise<unknown>,
) {
  await letTimePass(service)
  const { claims } = service
  const bare = openFloor(service)
  const figure = async (n: number) => {
    if (n >= claims.length) return false
    await reset(service, n, openBrowser(service.url, source()))
    return true
  }
  const floor = async (n: number) => {
    await bare.select(n)
    await bare.commit()
    await change(n)
    await bare.mail()
    await bare.commit()
    return true
  }
  const rates = await sideBySide(clients, seconds, { figure, floor })
  await bare.close()
  print({ name, clients, people: claims.length, ...rates, unit: 'resets/s' })
}

/** Over slapd: creations from two lists of half as many each, then resets of theirs. */
export async function directoryMovements(count: number): Promise<void> {
  const held = await openDirectory()
  const service = await openService(count, held.institution)
  await creations(service, held, 'creations', 0, false)
  await creations(service, held, 'creations-mailed', count / 2, true)
  const names = await service.sql<{ local: string }[]>`select local from address`
  for (const clients of [1, 8, 32])
    await resets(service, 'reset-slapd', clients, n =>
      held.setPassword(`uid=${names[n % names.length]?.local},${unit}`, secret()),
    )
  await service.close()
  await held.stop()
}

/** In the embedded directory, where the hash is what costs. */
export async function embeddedMovements(count: number): Promise<void> {
  const service = await openService(count)
  const { sql } = service
  await rate(8, 3600, await creator(service))
  const boxes = await sql<{ id: string }[]>`select id from mailbox`
  for (const clients of [1, 8])
    await resets(service, 'reset-sql', clients, async n => {
      const stored = await hashPassword('una frase de doce o más')
      await sql`update mailbox set password = ${stored} where id = ${boxes[n % boxes.length]?.id ?? ''}`
    })
  await service.close()
}
