import { and, asc, eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { savedView } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import type { Reply } from '../route.ts'
import type { Member } from '../staff/member.ts'
import type { listViews as contract, saveView as saveContract } from './contract.ts'

const columns = { id: savedView.id, name: savedView.name, query: savedView.query }

/** A member's own look-ups, by their names. */
export const viewsOf = ({ db }: Context, member: Member): Promise<Reply<typeof contract>> =>
  db.select(columns).from(savedView).where(eq(savedView.memberId, member.id)).orderBy(asc(savedView.name))

/** What one may keep for oneself. */
const most = 50

/** Refusals: `malformed` for what no address can hold, `too-many-views`. */
export async function saveView(
  ctx: Context,
  member: Member,
  ask: { name: string; query: string },
): Promise<Reply<typeof saveContract>> {
  const [name, query] = [ask.name.trim(), ask.query.replace(/^\?/, '')]
  if (name === '' || /\p{Cc}/u.test(name)) throw malformed('name')
  if (/\p{Cc}/u.test(query)) throw malformed('query')
  const kept = await viewsOf(ctx, member)
  if (kept.length >= most && kept.every(one => one.name !== name)) throw new Refusal('too-many-views', 409)
  const [saved] = await ctx.db
    .insert(savedView)
    .values({ memberId: member.id, name, query })
    .onConflictDoUpdate({ target: [savedView.memberId, savedView.name], set: { query } })
    .returning(columns)
  if (!saved) throw new Error('no view was written')
  return saved
}

const malformed = (name: string) => new Refusal('malformed', 400, { fields: [{ name, code: 'type' }] })

export async function dropView({ db }: Context, member: Member, id: string): Promise<void> {
  const gone = await db
    .delete(savedView)
    .where(and(eq(savedView.id, id), eq(savedView.memberId, member.id)))
    .returning({ id: savedView.id })
  if (gone.length === 0) throw new Refusal('not-found', 404)
}
