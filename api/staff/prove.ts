import { and, eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { staffSession } from '../db/schema.ts'
import type { Source } from '../limits.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { now } from '../movements/state.ts'
import { Refusal } from '../refusal.ts'
import { countOwn, forget } from './attempts.ts'
import { openChallenge, readChallenge, spendChallenge } from './challenges.ts'
import { standing, within } from './enter.ts'
import { factorsOf, proven } from './factors.ts'
import type { Member } from './member.ts'
import { offerProof } from './passkeys.ts'
import { isOpen } from './session.ts'

interface Ask {
  code?: string
  passkey?: Record<string, unknown>
  challenge?: string
  source: Source
}

/** What she can prove with, as it stands at this moment. */
export async function proofOptions(ctx: Context, member: Member) {
  const factors = await factorsOf(ctx.db, member.id)
  if (!factors.includes('passkey')) return { factors }
  const { options, expects } = await offerProof(ctx, member.id)
  const asked = { purpose: 'passkey', member: member.id, expects: { passkey: expects } } as const
  return { factors, options, challenge: await openChallenge(ctx.db, asked) }
}

/** Who she is, once more; it opens the acts that ask for it, for ten minutes. Refusals: `code-wrong`, `too-many-attempts`. */
export async function prove(ctx: Context, actor: Actor, member: Member, ask: Ask): Promise<Member> {
  const ids = await countOwn(ctx, member.login, ask.source)
  const found = ask.challenge ? await readChallenge(ctx.db, ask.challenge, 'passkey') : undefined
  const hers = found?.memberId === member.id ? found : undefined
  const done = await within(ctx, async tx => {
    if (!(await standing(tx, member.id))) return undefined
    const said = { code: ask.code, passkey: ask.passkey, expects: hers?.expects.passkey }
    const factor = await proven(ctx, tx, member.id, said)
    if (!factor || (factor === 'passkey' && !(await spendChallenge(tx, hers?.id ?? '')))) return undefined
    await tx
      .update(staffSession)
      .set({ provenAt: now(), seenAt: now() })
      .where(and(eq(staffSession.id, member.session), isOpen()))
    await forget(ctx, tx, member.login, ids)
    await record(tx, actor, { kind: 'proven', detail: { factor } })
    return true
  })
  if (done) return { ...member, proven: true }
  await record(ctx.db, actor, { kind: 'proof-refused' })
  throw new Refusal('code-wrong', 403)
}
