import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { each, untilFinal } from './acts.ts'
import { unseen } from './found.ts'
import type { Person, Scene } from './scene.ts'

/** What must be zero after any fault. */
export interface Verdict {
  people: number
  /** Confirmed, and no movement or no account of hers. */
  lost: number
  /** More than one account of hers, or an act done more often than she confirmed it. */
  duplicated: number
  /** Movements that are not over. */
  unfinal: number
  /** Done, and the last mailed password does not sign in. */
  lockedOut: number
  /** Mailed passwords of before that still sign in. */
  oldOnesIn: number
  /** Entries of the directory without a movement, events that are not one a change of state. */
  untold: number
  /** Movements that the desk does not find, or not as they are. */
  unseen: number
  /** Places where an issued password stands in clear. */
  secretsFound: number
}

/** Of a verdict, where all is well. */
export const nothingWrong = {
  lost: 0,
  duplicated: 0,
  unfinal: 0,
  lockedOut: 0,
  oldOnesIn: 0,
  untold: 0,
  unseen: 0,
  secretsFound: 0,
}

const passwordIn = (text: string) => /^Contraseña temporal: (.+)$/m.exec(text)?.[1]
const accountIn = (text: string) => /^Cuenta: (.+)$/m.exec(text)?.[1]

/** Every credential mail that reached the mail server, in order, by the address it went to. */
export function mailed({ smtp }: Scene): Map<string, { account: string; password: string }[]> {
  const byAddress = new Map<string, { account: string; password: string }[]>()
  for (const { to, text } of smtp.mails) {
    const [account, password] = [accountIn(text), passwordIn(text)]
    if (!account || !password || !to[0]) continue
    byAddress.set(to[0], [...(byAddress.get(to[0]) ?? []), { account, password }])
  }
  return byAddress
}

interface Ledger {
  id: string
  accounts: number
  confirmed: number
  movements: number
  done: boolean
}

const ledger = `select p.id,
  (select count(*)::int from holding h where h.person_id = p.id and h."to" is null) as accounts,
  (select count(*)::int from visit v where v.person_id = p.id and v.confirmed_at is not null) as confirmed,
  (select count(*)::int from movement m where m.person_id = p.id) as movements,
  (select m.state = 'done' from movement m where m.person_id = p.id order by seq desc limit 1) as done
  from person p`

const created = `select account_id as id from movement where kind = 'account-creation'`
const unsaid = `select id from movement m where not exists
  (select 1 from event e where e.movement_id = m.id and e.kind = 'movement-' || m.state)`

/** Entries that no movement made, links to nothing, states without an event; and accounts that stand there twice. */
async function strays({ look, mailboxes }: Scene): Promise<{ untold: number; twice: number }> {
  const entries = await mailboxes.entries()
  const [there, ours] = [new Set(entries.map(({ id }) => id)), new Set(entries.map(({ account }) => account))]
  const made = new Set((await look<{ id: string }>(created)).map(({ id }) => id))
  const links = await look<{ id: string }>('select external_id as id from account_link')
  const alone = entries.filter(({ account }) => !made.has(account)).length
  const nowhere = links.filter(({ id }) => !there.has(id)).length
  return { untold: alone + nowhere + (await look(unsaid)).length, twice: entries.length - ours.size }
}

/**
 * Looks at the directory, the mails and the books, and counts what is wrong for these people. A mail that went out past
 * its lease opens a movement that was over: what is open is given the time to end.
 */
export async function judge(scene: Scene, people: readonly Person[]): Promise<Verdict> {
  await untilFinal(scene)
  const books = new Map((await scene.look<Ledger>(ledger)).map(row => [row.id, row]))
  const mails = mailed(scene)
  const [live] = await scene.look<{ n: number }>(
    `select count(*)::int as n from movement where state in ('intended', 'applying', 'delivering')`,
  )
  const { untold, twice } = await strays(scene)
  const verdict: Verdict = {
    people: people.length,
    lost: 0,
    duplicated: twice,
    unfinal: live?.n ?? 0,
    lockedOut: 0,
    oldOnesIn: 0,
    untold,
    unseen: await unseen(scene, people),
    secretsFound: await secretsFound(scene),
  }
  await each(people, 4, async person => {
    const book = books.get(person.id)
    if (!book || book.movements < book.confirmed || (book.confirmed > 0 && book.accounts === 0))
      verdict.lost++
    if (book && (book.accounts > 1 || book.movements > book.confirmed)) verdict.duplicated++
    const hers = mails.get(person.alternate) ?? []
    const last = hers.pop()
    if (book?.done && !(last && (await scene.mailboxes.signsIn(last.account, last.password))))
      verdict.lockedOut++
    for (const { account, password } of hers)
      if (await scene.mailboxes.signsIn(account, password)) verdict.oldOnesIn++
  })
  return verdict
}

/** Searches every issued password and token in a dump, in PostgreSQL's own files, in the service's folder and in what it wrote. */
export async function secretsFound(scene: Scene): Promise<number> {
  const tokens = scene.smtp.mails.flatMap(({ text }) =>
    [...text.matchAll(/#([\w-]{43})/g)].map(([, token = '']) => token),
  )
  const issued = [...[...mailed(scene).values()].flat().map(({ password }) => password), ...tokens]
  if (issued.length === 0) return 0
  const { stdout: dump } = await promisify(execFile)('pg_dump', [scene.databaseUrl], { maxBuffer: 2 ** 28 })
  const wrote = scene.nodes.map(node => node.wrote()).join('\n')
  const inText = issued.filter(password => dump.includes(password) || wrote.includes(password)).length
  const [server] = await scene.look<{ files: string; oid: number }>(
    `select current_setting('data_directory') as files, oid::int from pg_database where datname = current_database()`,
  )
  await scene.look('checkpoint')
  const list = join(scene.folder, '..', 'issued.txt')
  writeFileSync(list, issued.join('\n'))
  const places = [scene.folder, `${server?.files}/base/${server?.oid}`, `${server?.files}/pg_wal`]
  // 1: found nowhere; files that PostgreSQL takes away meanwhile are no error.
  const found = await promisify(execFile)('grep', ['-rlasF', '-f', list, ...places]).catch(
    (error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }),
  )
  return inText + found.stdout.split('\n').filter(line => line !== '').length
}
