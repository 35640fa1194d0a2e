import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { kiosk, visit } from '../db/schema.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { Refusal } from '../refusal.ts'

export type KioskState = 'on' | 'off'

/** Switches a kiosk off, with the visits that are open on it, or on again. Refusal: `not-found`. */
export async function setKiosk(ctx: Context, actor: Actor, name: string, state: KioskState): Promise<void> {
  await ctx.db.transaction(async outer => {
    const tx = outer as Db
    const [found] = await tx
      .update(kiosk)
      .set({ offAt: state === 'off' ? sql`coalesce(${kiosk.offAt}, now())` : null })
      .where(eq(kiosk.name, name))
      .returning({ id: kiosk.id })
    if (!found) throw new Refusal('not-found', 404)
    if (state === 'off')
      await tx
        .update(visit)
        .set({ endedAt: sql`now()` })
        .where(and(eq(visit.channel, 'kiosk'), eq(visit.origin, name), isNull(visit.endedAt)))
    await record(tx, actor, { kind: `kiosk-${state}`, detail: { kiosk: name } })
  })
}
