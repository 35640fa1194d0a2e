import { createHash, randomUUID } from 'node:crypto'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { file } from '../db/schema.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import type { Member } from '../staff/member.ts'
import { judge } from './judge.ts'
import { shownName } from './name.ts'
import { destroy, lockAway } from './vault.ts'

interface Ask {
  name: string
  bytes: Buffer
}

/** Keeps a scan of a member's; nothing refers to it yet. Refusals as of `judge`. */
export async function keepFile(ctx: Context, actor: Actor, member: Member, ask: Ask) {
  const { type, bytes } = await judge(ask.name, ask.bytes)
  const id = randomUUID()
  const name = shownName(ask.name)
  await lockAway(ctx, id, bytes)
  try {
    await ctx.db.transaction(async tx => {
      const digest = createHash('sha256').update(bytes).digest('base64url')
      await (tx as Db)
        .insert(file)
        .values({ id, name, type, bytes: bytes.length, digest, memberId: member.id })
      await record(tx as Db, actor, { kind: 'file-kept', detail: { file: id, type, bytes: bytes.length } })
    })
  } catch (error) {
    await destroy(ctx, id)
    throw error
  }
  return { id, name, size: bytes.length }
}
