import { activationKeyIssued } from './accounts/activation-key.ts'
import { accountBlocked, accountUnblocked, endBlocks } from './accounts/block.ts'
import { accountClosed } from './accounts/close.ts'
import { accountCreated } from './accounts/create.ts'
import { expirePasswords, passwordExpired } from './accounts/expire.ts'
import { linkIssued } from './accounts/issue-link.ts'
import { sendNotice } from './accounts/notice.ts'
import { passwordChange } from './accounts/password-change.ts'
import { accountReassigned } from './accounts/reassign.ts'
import { accountReopened } from './accounts/reopen.ts'
import { passwordReset } from './accounts/reset.ts'
import { tell } from './accounts/tell.ts'
import { reconcile } from './adoption/reconcile.ts'
import { sendContactNotice } from './contacts/notice.ts'
import type { Context } from './context.ts'
import { sweepFiles } from './files/sweep.ts'
import { redoLate } from './movements/late-mail.ts'
import type { Definition } from './movements/movement.ts'
import { watchOverdue } from './movements/overdue.ts'
import { resume, sweep } from './movements/resume.ts'
import { sealEvents } from './movements/seal.ts'
import { keepTemplates } from './oficios/template.ts'
import { pruneChallenges } from './staff/challenges.ts'
import { sendMemberNotice } from './staff/notice.ts'
import { prune } from './visits/prune.ts'
import { watch } from './visits/watch.ts'

/** Every movement there is: a row of one of these kinds can be taken up again by any node. */
export const definitions = [
  accountCreated,
  passwordReset,
  linkIssued,
  activationKeyIssued,
  passwordChange,
  passwordExpired,
  accountBlocked,
  accountUnblocked,
  accountClosed,
  accountReopened,
  accountReassigned,
] as unknown as readonly Definition[]

/** What runs by itself, when, and with which verb. Nothing where `WORK=off`. */
export async function startJobs(ctx: Context): Promise<void> {
  if (ctx.config.work === 'off') return
  const { queue } = ctx
  await queue.work('movement', ({ id }) => resume(ctx, definitions, id), { workers: 4, batch: 5 })
  await queue.work('late-mail', ({ id }) => redoLate(ctx, id))
  await queue.work('notice', ({ id }) => sendNotice(ctx, id))
  await queue.work('tell', ({ id }) => tell(ctx, id))
  await queue.work('end-blocks', () => endBlocks(ctx))
  await queue.work('contact-notice', ({ id }) => sendContactNotice(ctx, id))
  await queue.work('member-notice', ({ id }) => sendMemberNotice(ctx, id))
  await queue.work('sweep', () => sweep(ctx))
  await queue.work('overdue', () => watchOverdue(ctx))
  await queue.work('expire-passwords', () => expirePasswords(ctx))
  await queue.work('seal', () => sealEvents(ctx))
  await queue.work('prune', async () => {
    await prune(ctx)
    await pruneChallenges(ctx)
  })
  await queue.work('watch', () => watch(ctx))
  await queue.work('sweep-files', () => sweepFiles(ctx))
  await queue.work('reconcile', async () => void (await reconcile(ctx)))
  for (const name of ['sweep', 'end-blocks', 'overdue', 'expire-passwords', 'seal', 'watch'] as const)
    await queue.every(name, '* * * * *')
  await queue.every('prune', '17 * * * *')
  await queue.every('sweep-files', '29 * * * *')
  // Before dawn in Mexico.
  await queue.every('reconcile', '41 9 * * *')
  await keepTemplates(ctx)
  await sweep(ctx)
}
