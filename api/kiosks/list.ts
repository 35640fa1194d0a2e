import type { Context } from '../context.ts'
import { kiosk } from '../db/schema.ts'
import type { KioskState } from './set.ts'

export interface KioskListed {
  name: string
  state: KioskState
  createdAt: string
  /** By the minute; null before it first showed its token. */
  seenAt: string | null
  offAt: string | null
}

/** Every kiosk by its name; never its token. */
export async function listKiosks(ctx: Context): Promise<KioskListed[]> {
  const found = await ctx.db.select().from(kiosk).orderBy(kiosk.name)
  return found.map(({ name, createdAt, seenAt, offAt }) => ({
    name,
    state: offAt ? 'off' : 'on',
    createdAt: createdAt.toISOString(),
    seenAt: seenAt?.toISOString() ?? null,
    offAt: offAt?.toISOString() ?? null,
  }))
}
