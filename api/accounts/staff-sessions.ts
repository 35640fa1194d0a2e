import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { Db } from '../db/open.ts'
import { member, staffSession } from '../db/schema.ts'
import { now } from '../movements/state.ts'

/** Whose address this is may be staff too: what happened to her account ends her sessions at the desk. */
export async function endStaffSessions(tx: Db, address: string): Promise<void> {
  const hers = tx.select({ id: member.id }).from(member).where(eq(member.login, address))
  await tx
    .update(staffSession)
    .set({ endedAt: now() })
    .where(and(inArray(staffSession.memberId, hers), isNull(staffSession.endedAt)))
}
