import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { blockAccount } from '../accounts/block.ts'
import { createAccount } from '../accounts/create.ts'
import type { Context } from '../context.ts'
import { account, address, credentialIssue, link, mailbox, movement } from '../db/schema.ts'
import { kindFor } from '../institution/kind-for.ts'
import type { MovementRow } from '../movements/movement.ts'
import { loadRoster } from '../roster/load.ts'
import { lookUp } from '../roster/lookup.ts'
import { type Cast, castFor, type Role } from './cast.ts'
import { centresOf, seedStaff } from './staff.ts'

interface Identity {
  profile: string
  claim: Record<string, string>
  expect: string
  note?: 'several' | 'legacy'
}

const system = { as: 'system', channel: 'system' } as const
const seeded = new WeakMap<
  Context,
  { identities: Identity[]; members: Awaited<ReturnType<typeof seedStaff>> }
>()

/** What `/demo` lists; `expect` is what happens the first time that an identity is used. */
export const shownOf = (ctx: Context) => seeded.get(ctx) ?? { identities: [], members: [] }

/** Who has an account when the demonstration starts. */
const holders = ['reset', 'account-blocked', 'reset-recently', 'in-progress', 'needs-review']

/**
 * A synthetic padrón, loaded as any other, and somebody for every stop. The second load tells what changed since their
 * accounts were made: whose address is another, who has none any more, who left.
 */
export async function seedDemo(ctx: Context): Promise<void> {
  const cast = castFor(ctx.institution)
  const folder = mkdtempSync(join(tmpdir(), 'mci-demo-'))
  try {
    await loadFile(ctx, folder, 'centres', centresOf(cast), '2026-01-10')
    await load(ctx, folder, cast, '2026-01-10', before)
    for (const one of cast.filter(one => holders.includes(one.expect) || one.expect === 'no-alternate-email'))
      await giveAccounts(ctx, one)
    await load(ctx, folder, cast, '2026-01-15', today)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  ctx.inbox.length = 0
  seeded.set(ctx, { identities: cast.map(one => identityOf(ctx, one)), members: await seedStaff(ctx, cast) })
}

const identityOf = (ctx: Context, { roles: [{ profile, who }], expect, note }: Cast): Identity => ({
  profile,
  claim: claimOf(ctx, profile, who),
  expect,
  ...(note ? { note } : {}),
})

/** An employer's file that ends many at once wants a number typed: who is not active never was. */
const statusOf = ({ expect }: Cast, { who }: Role) => (expect === 'not-verified' ? 'inactivo' : who.status)

const before = (one: Cast, role: Role) => ({
  ...role.who,
  alternate: one.expect === 'self-service-paused' ? 'antes@buzon-alterno.example' : role.who.alternate,
  status: one.note === 'legacy' ? 'activo' : statusOf(one, role),
})

const today = (one: Cast, role: Role) => ({
  ...role.who,
  alternate: one.expect === 'no-alternate-email' ? '' : role.who.alternate,
  status: statusOf(one, role),
})

const claimOf = (ctx: Context, profile: string, who: Role['who']) =>
  Object.fromEntries(
    (ctx.institution.profiles[profile]?.claim ?? []).map(field => [
      field,
      field === 'curp' ? who.curp : who.key,
    ]),
  )

const headers = {
  worker: 'curp,curt,nombre,primer_apellido,segundo_apellido,cct,puesto,estatus,correo_alterno',
  student:
    'numero_control,curp,nombre,primer_apellido,segundo_apellido,cct,programa,periodo,estatus,correo_alterno',
}

async function load(
  ctx: Context,
  folder: string,
  cast: Cast[],
  asOf: string,
  said: (one: Cast, role: Role) => Role['who'],
) {
  for (const profile of ['worker', 'student'] as const) {
    const lines = cast.flatMap(one =>
      one.roles.filter(role => role.profile === profile).map(role => line(profile, said(one, role))),
    )
    if (lines.length === 0) continue
    const kind = profile === 'worker' ? 'workers' : 'students'
    await loadFile(ctx, folder, kind, [headers[profile], ...lines].join('\n'), asOf)
  }
}

async function loadFile(
  ctx: Context,
  folder: string,
  kind: 'workers' | 'students' | 'centres',
  text: string,
  asOf: string,
) {
  const file = join(folder, `${kind}.csv`)
  writeFileSync(file, text)
  const { refused } = await loadRoster(
    { db: ctx.db, institution: { ...ctx.institution, allowReserved: true } },
    {
      ...{ kind, file, asOf, source: 'demostracion', replace: false, simulate: false },
      ...{ actor: 'system', channel: 'system' },
    },
  )
  if (refused.length > 0) throw new Error(`the demo's own padrón: ${JSON.stringify(refused[0])}`)
}

function line(profile: Role['profile'], who: Role['who']): string {
  const name = [who.given, who.surname1, who.surname2]
  return profile === 'worker'
    ? [who.curp, who.key, ...name, who.cct, who.post, who.status, who.alternate].join(',')
    : [who.key, who.curp, ...name, who.cct, who.post, '2026-2', who.status, who.alternate].join(',')
}

/** Her accounts, through the same door as everybody's; then what became of them. */
async function giveAccounts(ctx: Context, one: Cast): Promise<void> {
  const [{ profile, who }] = one.roles
  const { match } = await lookUp(ctx.db, ctx.institution, profile, claimOf(ctx, profile, who))
  for (const { kind } of one.roles) {
    const post = match?.affiliations.find(post => kindFor(ctx.institution, post)?.kind === kind)
    if (!match || !post) throw new Error(`the demo's person ${who.key} is not in its padrón`)
    const made = await createAccount(ctx, system, { person: match.person.id, kind, affiliation: post.id })
    await becameOf(ctx, one, made)
  }
}

/** Made long ago, unless it was a moment ago, and since then what her part says. */
async function becameOf(ctx: Context, { expect, note }: Cast, made: MovementRow): Promise<void> {
  const accountId = made.accountId ?? ''
  const ofMovement = eq(movement.id, made.id)
  if (expect !== 'reset-recently') await longAgo(ctx, made.id)
  if (expect === 'account-blocked')
    await blockAccount(ctx, system, {
      account: accountId,
      person: made.personId ?? '',
      reason: 'Cuenta de muestra',
    })
  // A mail server that answers nobody until next year.
  if (expect === 'in-progress')
    await ctx.db
      .update(movement)
      .set({ state: 'delivering', finishedAt: null, nextAt: sql`now() + interval '1 year'` as never })
      .where(ofMovement)
  // A directory that never said whether the account came to be.
  if (expect === 'needs-review') {
    await ctx.db.update(movement).set({ state: 'needs-attention', problem: 'interrupted' }).where(ofMovement)
    await ctx.db.update(account).set({ state: 'pending' }).where(eq(account.id, accountId))
  }
  if (note === 'legacy') {
    const domain = ctx.institution.legacyDomains[0] as string
    await ctx.db.update(address).set({ domain }).where(eq(address.accountId, accountId))
    await ctx.db.update(mailbox).set({ domain }).where(eq(mailbox.marker, accountId))
  }
}

/** What was handed out ninety days ago was used the day after. */
async function longAgo(ctx: Context, made: string): Promise<void> {
  const issuedAt = sql`now() - interval '90 days'` as never
  const then = sql`now() - interval '89 days'` as never
  await ctx.db
    .update(credentialIssue)
    .set({ issuedAt, claimedAt: then })
    .where(eq(credentialIssue.movementId, made))
  await ctx.db.update(link).set({ issuedAt, expiresAt: then, usedAt: then }).where(eq(link.movementId, made))
}
