import { and, inArray, isNull, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { file } from '../db/schema.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { destroy, lyingFor } from './vault.ts'

const system: Actor = { as: 'system', channel: 'system' }
const daySeconds = 24 * 3600

/** What nothing refers to after a day goes, and so does what a crash left on the disk. */
export async function sweepFiles(ctx: Context): Promise<void> {
  const gone = await ctx.db.transaction(async tx => {
    const dropped = await (tx as Db)
      .delete(file)
      .where(and(isNull(file.usedAt), sql`${file.at} < now() - make_interval(secs => ${daySeconds})`))
      .returning({ id: file.id })
    if (dropped.length > 0)
      await record(tx as Db, system, { kind: 'files-swept', detail: { files: dropped.length } })
    return dropped
  })
  for (const { id } of gone) await destroy(ctx, id)
  const lying = await lyingFor(ctx, daySeconds)
  if (lying.length === 0) return
  const ids = [...new Set(lying.map(name => name.replace('.part', '')))]
  const known = await ctx.db
    .select({ id: file.id })
    .from(file)
    .where(and(inArray(file.id, ids), isNull(file.purgedAt)))
  const owned = new Set(known.map(({ id }) => id))
  for (const id of ids.filter(id => !owned.has(id))) await destroy(ctx, id)
}
