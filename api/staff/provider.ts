import { createHash, createHmac } from 'node:crypto'
import * as oidc from 'openid-client'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import type { SignInRules } from '../institution/sign-in.ts'
import { count, limiterKey, sourceOf } from '../limits.ts'
import type { Actor } from '../movements/movement.ts'
import { Refusal } from '../refusal.ts'
import type { Role } from '../roles.ts'
import { openChallenge, readChallenge, spendChallenge } from './challenges.ts'
import { begin, standing, within } from './enter.ts'
import { admitOutside } from './outside.ts'
import { canonicalLogin } from './password.ts'
import type { StaffTicket } from './session.ts'
import { tellRefused, type Where } from './sign-in.ts'

type Rules = NonNullable<SignInRules['oidc']>

/** Sign-ins that one source may begin. */
const begun = [{ count: 60, seconds: 300 }]
const patienceSeconds = 10

const known = new WeakMap<Context, Promise<oidc.Configuration>>()

function rulesOf(ctx: Context): Rules {
  const rules = ctx.institution.signIn.oidc
  if (!rules) throw new Refusal('not-found', 404)
  return rules
}

/** What the provider says of itself; asked again where it did not answer. */
async function configured(ctx: Context): Promise<oidc.Configuration> {
  const { issuer, clientId, clientSecret } = rulesOf(ctx)
  // Only an issuer on this machine may be spoken to in clear: the institution's file is checked for that.
  const execute = [
    oidc.enableNonRepudiationChecks,
    ...(issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : []),
  ]
  const asked =
    known.get(ctx) ??
    oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, { execute, timeout: patienceSeconds })
  known.set(ctx, asked)
  return asked.catch((error: unknown) => {
    known.delete(ctx)
    throw Object.assign(new Refusal('not-available', 503, {}, 30), { cause: error })
  })
}

/** Where the provider sends people back to: a page of ours, which hands on what it was called with. */
const pageOf = (ctx: Context) => `${ctx.publicUrl}/personal/proveedor`

/** What belongs to one sign-in is made from its state: nothing of it is kept. */
function madeFrom(ctx: Context, state: string) {
  const [key] = ctx.keysFor('oidc')
  const of = (what: string) =>
    createHmac('sha256', key as Buffer)
      .update(`${what}\0${state}`)
      .digest('base64url')
  return { verifier: of('verifier'), nonce: of('nonce') }
}

const digest = (text: string) => createHash('sha256').update(text).digest('base64url')

/** Where her browser goes to sign in there. She types her password even if she did so a moment ago: that proves who she is. */
export async function beginProvider(
  ctx: Context,
  { source }: Pick<Where, 'source'>,
): Promise<{ address: string }> {
  const config = await configured(ctx)
  await count(ctx.db, [{ key: limiterKey(ctx, 'provider', sourceOf(source.address)), limits: begun }])
  const expects = { browser: digest(source.browser) }
  const state = await openChallenge(ctx.db, { purpose: 'oidc', member: null, expects })
  const { verifier, nonce } = madeFrom(ctx, state)
  const address = oidc.buildAuthorizationUrl(config, {
    redirect_uri: pageOf(ctx),
    scope: 'openid profile email',
    // Neither code nor state stand in a line of a log.
    response_mode: 'fragment',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    prompt: 'login',
    state,
    nonce,
  })
  return { address: address.href }
}

/**
 * The provider's answer, as it stood in the address of our page. Refusals: `sign-in-expired` for one that this browser did
 * not ask for or that was used, `sign-in-refused`, `not-available`.
 */
export async function finishProvider(
  ctx: Context,
  actor: Actor,
  ask: Where & { answer: string },
): Promise<StaffTicket> {
  const rules = rulesOf(ctx)
  const answer = new URLSearchParams(ask.answer.replace(/^[?#]/, ''))
  const state = answer.get('state') ?? ''
  const found = await readChallenge(ctx.db, state, 'oidc')
  if (
    !found ||
    found.expects.browser !== digest(ask.source.browser) ||
    !(await spendChallenge(ctx.db, found.id))
  )
    throw new Refusal('sign-in-expired', 410)
  const config = await configured(ctx)
  const claims = await grant(ctx, config, answer, state)
  const her = claims && (await admitOutside(ctx, actor, whoIs(rules, claims)))
  const id = her?.id
  if (id !== undefined && her?.why === undefined) {
    const login = canonicalLogin(String(claims?.[rules.login] ?? ''))
    const ticket = await within(ctx, async (tx: Db) =>
      (await standing(tx, id))
        ? begin(ctx, tx, actor, id, 'provider', { ...ask, login, ids: [] })
        : undefined,
    )
    if (ticket) return ticket
  }
  await tellRefused(ctx.db, actor, { why: her?.why ?? 'provider', member: id ?? null })
  throw new Refusal('sign-in-refused', 403)
}

/** Answers that are a «no»; whatever else goes wrong is a provider that is not there. */
const away = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM'])

/** What the signed token says; undefined where the provider, or a check of ours, said no. */
async function grant(ctx: Context, config: oidc.Configuration, answer: URLSearchParams, state: string) {
  const { verifier, nonce } = madeFrom(ctx, state)
  try {
    const tokens = await oidc.authorizationCodeGrant(config, new URL(`${pageOf(ctx)}?${answer}`), {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    })
    return tokens.claims()
  } catch (error) {
    const { code = '', name } = error as { code?: string; name?: string }
    const refused =
      error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError
    ctx.log.warn({ provider: 'signIn', problem: code || name }, 'directory')
    if (refused || (error instanceof oidc.ClientError && !away.has(code))) return undefined
    throw Object.assign(new Refusal('not-available', 503, {}, 30), { cause: error })
  }
}

/** Who she is there: her name may change, the subject never does. A list of groups that did not fit is no group at all. */
function whoIs({ login, groups, groupsClaim }: Rules, claims: oidc.IDToken) {
  const hers = [claims[groupsClaim] ?? []].flat().map(String)
  const given = canonicalLogin(String(claims[login] ?? ''))
  const roles =
    groups && Object.entries(groups).flatMap(([group, held]) => (hers.includes(group) ? held : []))
  return {
    source: 'oidc' as const,
    subject: `${claims.iss} ${claims.sub}`,
    login: given === '' ? canonicalLogin(`${claims.sub}@oidc`) : given,
    name: String(claims.name ?? given).slice(0, 200),
    roles: roles ? [...new Set<Role>(roles)] : undefined,
  }
}
