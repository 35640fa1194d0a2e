import type { Context } from '../context.ts'
import type { Actor } from '../movements/movement.ts'
import { alternateEmail } from './facts.ts'
import { assertOpen, type Link, linkOf, spendLink } from './links.ts'
import { setChosen } from './password-change.ts'
import { stopWhenPaused } from './pause.ts'

interface Ask {
  /** What stands after `#` in the mail's link, or the key on the paper. */
  token: string
  password: string
}

/** A link that opens something now. What follows is no guess any more once the token is one of ours. */
async function openLink(ctx: Context, token: string, onKnown: () => Promise<void>): Promise<Link> {
  const found = await linkOf(ctx, ctx.db, token)
  await onKnown()
  // An address that changed a moment ago says nothing about a key that was handed over on paper.
  const mail = found.purpose === 'password' ? await alternateEmail(ctx.db, found.person) : undefined
  await stopWhenPaused(ctx.db, found.person, mail)
  assertOpen(found)
  return found
}

/**
 * What a link is for; looking changes nothing. Refusals: `used`, `superseded`, `expired` (also for a token that nobody
 * knows), `self-service-paused`, `not-available`.
 */
export async function lookAtLink(ctx: Context, token: string, onKnown: () => Promise<void>) {
  const { address, purpose, kind, expiresAt } = await openLink(ctx, token, onKnown)
  const creates = purpose === 'activation' || kind === 'account-creation'
  return {
    account: address,
    purpose,
    act: creates ? ('create' as const) : ('reset' as const),
    expiresAt: new Date(expiresAt).toISOString(),
  }
}

/** Spends a link for a password of her own. Refusals: as of a look, of `setChosen`, and `in-progress`. */
export async function choosePassword(
  ctx: Context,
  actor: Actor,
  { token, password }: Ask,
  onKnown: () => Promise<void>,
): Promise<void> {
  const { id, account, person, address } = await openLink(ctx, token, onKnown)
  await setChosen(ctx, actor, {
    account,
    person,
    address,
    password,
    link: id,
    within: tx => spendLink(ctx, tx, id, token),
  })
}
