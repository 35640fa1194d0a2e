import { and, asc, eq, gt, isNull, lte, or, type SQL, sql } from 'drizzle-orm'
import { violates } from '../db/errors.ts'
import type { Db } from '../db/open.ts'
import { mailbox } from '../db/schema.ts'
import { hashPassword, passwordMatches } from './hashing.ts'
import {
  type Creation,
  type Entry,
  type Listed,
  type NewPassword,
  type Provider,
  ProviderRefusal,
} from './provider.ts'

type Row = typeof mailbox.$inferSelect

const entry = (row: Row): Entry => ({
  externalId: row.id,
  seenAs: `${row.local}@${row.domain}`,
  active: row.active && row.closedAt === null,
  fence: row.fence,
})

const listed = (row: Row): Listed => ({
  ...entry(row),
  at: `${row.local}@${row.domain}`,
  address: `${row.local}@${row.domain}`,
  name: row.displayName,
  centre: '',
  keys: {},
  marker: row.marker,
  passwordAt: '',
})
const page = 1000

const now = () => sql`now()` as never
const hashed = async (password: string | null) => (password === null ? null : hashPassword(password))
const nobody = '00000000-0000-0000-0000-000000000000'

/** The database's own error, without the values of the statement: a hash stands among them. */
const bare = (error: Error): never => {
  throw error.cause ?? error
}

/** The embedded directory: a virtual-mailbox table that Dovecot and Postfix read through `mailbox_login`. */
export function openSql(db: Db): Provider {
  const rowOf = (id: string) => findEntry(db, eq(mailbox.id, id))
  const change = (id: string, fence: number, set: Partial<Row>) => changeEntry(db, id, fence, set)
  const setPassword = async (id: string, ask: (NewPassword | Creation) & { fence: number }) =>
    change(id, ask.fence, { password: await hashed(ask.password), passwordUntil: ask.until })

  return {
    async look(externalId) {
      const row = await rowOf(externalId)
      return row && entry(row)
    },

    async find() {
      return [] // every entry of this table was made by us and is linked by its marker
    },

    async *list() {
      let after = nobody
      for (;;) {
        const found = await db
          .select()
          .from(mailbox)
          .where(and(gt(mailbox.id, after), isNull(mailbox.closedAt)))
          .orderBy(asc(mailbox.id))
          .limit(page)
        if (found.length > 0) yield found.map(listed)
        if (found.length < page) return
        after = found.at(-1)?.id ?? nobody
      }
    },

    async accepts(externalId = nobody, password) {
      const inTerm = sql`(${mailbox.passwordUntil} is null or ${mailbox.passwordUntil} > now())`
      const row = await findEntry(
        db,
        and(eq(mailbox.id, externalId), mailbox.active, isNull(mailbox.closedAt), inTerm),
      )
      return passwordMatches(row?.password, password)
    },

    create: ask => createEntry(db, ask, setPassword),
    setPassword,
    hasArrived: (externalId, setUnder, fence) => hasArrived(db, externalId, setUnder, fence),
    expirePassword: (externalId, setUnder, fence) => expirePassword(db, externalId, setUnder, fence),
    setBlocked: (externalId, blocked, fence) => change(externalId, fence, { active: !blocked }),

    async close(externalId, fence) {
      if ((await rowOf(externalId))?.closedAt) return
      await change(externalId, fence, {
        active: false,
        password: null,
        passwordUntil: null,
        closedAt: now(),
      })
    },
    reopen: (externalId, fence) => reopenEntry(db, externalId, fence),
    describe: (externalId, { displayName }, fence) => change(externalId, fence, { displayName }),
  }
}

const findEntry = async (db: Db, which: SQL | undefined): Promise<Row | undefined> =>
  (await db.select().from(mailbox).where(which))[0]

/** One statement compares the fence and writes; nothing written means that a newer movement was here. */
async function changeEntry(db: Db, id: string, fence: number, set: Partial<Row>): Promise<void> {
  const changed = await db
    .update(mailbox)
    .set({ ...set, fence, changedAt: now() })
    .where(and(eq(mailbox.id, id), lte(mailbox.fence, fence), isNull(mailbox.closedAt)))
    .returning({ id: mailbox.id })
    .catch(bare)
  if (changed.length > 0) return
  const row = await findEntry(db, eq(mailbox.id, id))
  throw new ProviderRefusal(!row || row.closedAt ? 'gone' : 'stale')
}

/** What was closed is there again, without a password; unless its address is somebody else's by now. */
async function reopenEntry(db: Db, id: string, fence: number): Promise<void> {
  const opened = await db
    .update(mailbox)
    .set({ active: true, closedAt: null, fence, changedAt: now() })
    .where(and(eq(mailbox.id, id), lte(mailbox.fence, fence)))
    .returning({ id: mailbox.id })
    .catch(error => {
      if (violates(error, 'mailbox_address')) throw new ProviderRefusal('address-taken')
      return bare(error)
    })
  if (opened.length > 0) return
  throw new ProviderRefusal((await findEntry(db, eq(mailbox.id, id))) ? 'stale' : 'gone')
}

/** An address or a marker that is there already writes nothing; the marker says whether the entry is ours. */
async function createEntry(db: Db, ask: Creation, setPassword: Provider['setPassword']): Promise<Entry> {
  const [local = '', domain = ''] = ask.address.split('@')
  const { displayName, quotaMb, marker, fence, until } = ask
  const password = await hashed(ask.password)
  const [made] = await db
    .insert(mailbox)
    .values({ local, domain, displayName, quotaMb, marker, fence, password, passwordUntil: until })
    .onConflictDoNothing()
    .returning()
    .catch(bare)
  if (made) return entry(made)
  const ours = await findEntry(db, eq(mailbox.marker, marker))
  if (!ours) throw new ProviderRefusal('address-taken')
  if (ask.password === null) await changeEntry(db, ours.id, fence, { password: null, passwordUntil: null })
  else await setPassword(ours.id, { password: ask.password, until, fence })
  return { ...entry(ours), fence }
}

async function hasArrived(db: Db, id: string, setUnder: number, fence: number): Promise<boolean> {
  const fencedOff = await db
    .update(mailbox)
    .set({ fence })
    .where(and(eq(mailbox.id, id), sql`${mailbox.fence} <> ${setUnder}`, lte(mailbox.fence, fence)))
    .returning({ id: mailbox.id })
  if (fencedOff.length > 0) return false
  const row = await findEntry(db, eq(mailbox.id, id))
  if (!row) throw new ProviderRefusal('gone')
  if (row.fence !== setUnder) throw new ProviderRefusal('stale')
  return true
}

/** A temporary password carries its term: past it, it is ours whatever fence a block has left behind. */
async function expirePassword(
  db: Db,
  id: string,
  setUnder: number,
  fence: number,
): Promise<'expired' | 'not-ours'> {
  const ours = or(eq(mailbox.fence, setUnder), sql`${mailbox.passwordUntil} <= now()`)
  const ended = await db
    .update(mailbox)
    .set({ password: null, passwordUntil: null, fence, changedAt: now() })
    .where(and(eq(mailbox.id, id), lte(mailbox.fence, fence), ours))
    .returning({ id: mailbox.id })
  if (ended.length > 0) return 'expired'
  const row = await findEntry(db, eq(mailbox.id, id))
  return row?.password === null ? 'expired' : 'not-ours'
}
