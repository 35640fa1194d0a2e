import { eq, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { oficio } from '../db/schema.ts'
import { attach } from '../files/attach.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { now } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import type { Member } from '../staff/member.ts'
import { oficioOf, shown } from './read.ts'
import { drawable } from './sheet.ts'

type State = (typeof oficio.$inferSelect)['state']

interface Change {
  id: string
  /** From which states. */
  from: readonly State[]
  set: Partial<typeof oficio.$inferInsert>
  kind: string
  detail?: Record<string, unknown>
  file?: string | undefined
}

/** A letter goes on, with its event; what it says never changes. Refusals: `not-found`, `oficio-state`, `file-unknown`. */
async function change(ctx: Context, actor: Actor, member: Member, ask: Change) {
  return ctx.db.transaction(async whole => {
    const tx = whole as Db
    const row = await oficioOf(tx, member, ask.id)
    const [locked] = await tx
      .select({ state: oficio.state })
      .from(oficio)
      .where(eq(oficio.id, ask.id))
      .for('update')
    if (!locked || !ask.from.includes(locked.state)) throw new Refusal('oficio-state', 409)
    if (ask.file) await attach(tx, member, ask.file)
    await tx.update(oficio).set(ask.set).where(eq(oficio.id, ask.id))
    const { movementId } = row
    await record(tx, actor, {
      kind: ask.kind,
      movementId: movementId ?? undefined,
      detail: { oficio: row.folio, ...ask.detail },
    })
    return shown(await oficioOf(tx, member, ask.id))
  })
}

/** It went out. */
const sendOficio = (ctx: Context, actor: Actor, member: Member, id: string) =>
  change(ctx, actor, member, {
    id,
    from: ['issued'],
    set: { state: 'sent', sentAt: now() },
    kind: 'oficio-sent',
  })

/** It says nothing any more; its number stays its own. Refusal: `reason-required`. */
function voidOficio(ctx: Context, actor: Actor, member: Member, id: string, reason: string | undefined) {
  const why = drawable(reason ?? '').trim()
  if (why === '') throw new Refusal('reason-required', 400)
  return change(ctx, actor, member, {
    id,
    from: ['issued', 'sent', 'acknowledged'],
    set: { state: 'void' },
    kind: 'oficio-void',
    detail: { reason: why },
  })
}

export const setOficio = async (
  ctx: Context,
  actor: Actor,
  member: Member,
  { id, state, reason }: { id: string; state: 'sent' | 'void'; reason?: string },
) => (state === 'sent' ? sendOficio(ctx, actor, member, id) : voidOficio(ctx, actor, member, id, reason))

/** Who received it, when, and the scan that shows it. */
export const acknowledgeOficio = (
  ctx: Context,
  actor: Actor,
  member: Member,
  ask: { id: string; by: string; on: string; file?: string },
) => {
  const by = drawable(ask.by).trim()
  if (by === '') throw new Refusal('malformed', 400, { fields: [{ name: 'by', code: 'required' }] })
  return change(ctx, actor, member, {
    id: ask.id,
    from: ['issued', 'sent'],
    set: {
      ...{ state: 'acknowledged', acknowledgedBy: by, acknowledgedOn: ask.on, acknowledgedAt: now() },
      sentAt: sql`coalesce(${oficio.sentAt}, now())` as never,
      fileId: ask.file ?? null,
    },
    kind: 'oficio-acknowledged',
    detail: { on: ask.on, ...(ask.file ? { file: ask.file } : {}) },
    file: ask.file,
  })
}
