import { and, eq, isNotNull, isNull, or, sql } from 'drizzle-orm'
import type { Db } from '../db/open.ts'
import { file } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import type { Member } from '../staff/member.ts'
import { fileWithin } from './read.ts'

/**
 * A scan becomes part of what is being written, in its transaction. Her own, or one that stands already in something
 * that she may see. Refusal: `file-unknown`.
 */
export async function attach(tx: Db, member: Member, fileId: string): Promise<void> {
  const hers = or(eq(file.memberId, member.id), and(isNotNull(file.usedAt), fileWithin(member, fileId)))
  const taken = await tx
    .update(file)
    .set({ usedAt: sql`coalesce(${file.usedAt}, now())` as never })
    .where(and(eq(file.id, fileId), isNull(file.purgedAt), hers))
    .returning({ id: file.id })
  if (taken.length === 0) throw new Refusal('file-unknown', 400)
}
