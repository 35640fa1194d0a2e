import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { kiosk } from '../db/schema.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { Refusal } from '../refusal.ts'
import { newToken, tokenDigest } from '../token.ts'

const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]{0,58}[\p{L}\p{N}.])?$/u

/**
 * A kiosk of this name and the address to open on it, told this once: its token is kept as a digest. The name of one that
 * is off gets a new address and is on again; the old address and whoever carries its cookie are worth nothing then.
 * Refusals: `malformed` (60 letters, digits, blanks, dots and hyphens at most), `kiosk-exists`.
 */
export async function addKiosk(ctx: Context, actor: Actor, name: string): Promise<{ address: string }> {
  if (!NAME.test(name)) throw new Refusal('malformed', 400)
  const token = newToken()
  const own = { token: tokenDigest(token), offAt: null, seenAt: null }
  await ctx.db.transaction(async outer => {
    const tx = outer as Db
    const [added] = await tx
      .insert(kiosk)
      .values({ name, ...own })
      .onConflictDoUpdate({ target: kiosk.name, set: own, setWhere: sql`${kiosk.offAt} is not null` })
      .returning({ id: kiosk.id })
    if (!added) throw new Refusal('kiosk-exists', 409)
    await record(tx, actor, { kind: 'kiosk-added', detail: { kiosk: name } })
  })
  return { address: `${ctx.publicUrl}/?modo=kiosco#quiosco=${token}` }
}
