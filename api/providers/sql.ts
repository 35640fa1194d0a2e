import { and, eq, isNull, lt, sql } from 'drizzle-orm'
import type { Db } from '../db/open.ts'
import { mailbox } from '../db/schema.ts'
import { hashPassword, passwordMatches } from './hashing.ts'
import { type Creation, type Entry, type NewPassword, type Provider, ProviderRefusal } from './provider.ts'

type Row = typeof mailbox.$inferSelect

const entry = (row: Row): Entry => ({
  externalId: row.id,
  seenAs: `${row.local}@${row.domain}`,
  active: row.active && row.closedAt === null,
  fence: row.fence,
})

/** The embedded directory: a virtual-mailbox table that Dovecot and Postfix read through `mailbox_login`. */
export function openSql(db: Db): Provider {
  const rowOf = async (id: string) => (await db.select().from(mailbox).where(eq(mailbox.id, id)))[0]

  /** One statement compares the fence and writes; nothing written means that a newer movement was here. */
  async function change(id: string, fence: number, set: Partial<Row>): Promise<void> {
    const changed = await db
      .update(mailbox)
      .set({ ...set, fence, changedAt: sql`now()` as never })
      .where(and(eq(mailbox.id, id), lt(mailbox.fence, fence)))
      .returning({ id: mailbox.id })
    if (changed.length > 0) return
    const row = await rowOf(id)
    if (!row || row.closedAt) throw new ProviderRefusal('gone')
    if (row.fence !== fence) throw new ProviderRefusal('stale')
  }

  const setPassword = async (id: string, ask: NewPassword & { fence: number }) =>
    change(id, ask.fence, { password: await hashPassword(ask.password), passwordUntil: ask.until })

  return {
    async look(externalId) {
      const row = await rowOf(externalId)
      return row && entry(row)
    },

    async find() {
      return [] // every entry of this table was made by us and is linked by its marker
    },

    async accepts(externalId, password) {
      const row = externalId === undefined ? undefined : await rowOf(externalId)
      const [login] = row
        ? await db
            .select({ password: mailbox.password })
            .from(mailbox)
            .where(
              and(
                eq(mailbox.id, row.id),
                eq(mailbox.active, true),
                isNull(mailbox.closedAt),
                sql`(${mailbox.passwordUntil} is null or ${mailbox.passwordUntil} > now())`,
              ),
            )
        : []
      return passwordMatches(login?.password, password)
    },

    create: ask => create(db, ask, setPassword),
    setPassword,

    async expirePassword(externalId, setUnder, fence) {
      const scrambled = await db
        .update(mailbox)
        .set({ password: null, passwordUntil: null, fence })
        .where(and(eq(mailbox.id, externalId), eq(mailbox.fence, setUnder)))
        .returning({ id: mailbox.id })
      return scrambled.length > 0 ? 'expired' : 'not-ours'
    },

    setBlocked: (externalId, blocked, fence) => change(externalId, fence, { active: !blocked }),
    close: (externalId, fence) =>
      change(externalId, fence, {
        active: false,
        password: null,
        passwordUntil: null,
        closedAt: sql`now()` as never,
      }),
  }
}

async function create(
  db: Db,
  ask: Creation,
  setPassword: (id: string, ask: NewPassword & { fence: number }) => Promise<void>,
): Promise<Entry> {
  const [local = '', domain = ''] = ask.address.split('@')
  const [made] = await db
    .insert(mailbox)
    .values({
      local,
      domain,
      displayName: ask.displayName,
      quotaMb: ask.quotaMb,
      marker: ask.marker,
      fence: ask.fence,
      password: await hashPassword(ask.password),
      passwordUntil: ask.until,
    })
    .onConflictDoNothing()
    .returning()
  if (made) return entry(made)
  const [ours] = await db.select().from(mailbox).where(eq(mailbox.marker, ask.marker))
  if (!ours) throw new ProviderRefusal('address-taken')
  await setPassword(ours.id, ask)
  return { ...entry(ours), fence: ask.fence }
}
