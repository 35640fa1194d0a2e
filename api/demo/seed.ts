import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { blockAccount } from '../accounts/block.ts'
import { createAccount } from '../accounts/create.ts'
import type { Context } from '../context.ts'
import { credentialIssue, link } from '../db/schema.ts'
import type { AccountRule } from '../institution/institution.ts'
import { kindFor } from '../institution/kind-for.ts'
import { loadRoster } from '../roster/load.ts'
import { lookUp } from '../roster/lookup.ts'
import { type Synthetic, synthetic } from './people.ts'

interface Identity {
  profile: string
  claim: Record<string, string>
  expect: string
}

type Profile = 'worker' | 'student'
interface Cast {
  profile: Profile
  who: Synthetic
  expect: string
}

const system = { as: 'system', channel: 'system' } as const
const seeded = new WeakMap<Context, Identity[]>()

/** What `/demo` lists; `expect` is what happens the first time that an identity is used. */
export const identitiesOf = (ctx: Context): Identity[] => seeded.get(ctx) ?? []

/** A synthetic padrón, loaded as any other, and somebody for every stop. */
export async function seedDemo(ctx: Context): Promise<void> {
  const cast = castFor(ctx)
  const folder = mkdtempSync(join(tmpdir(), 'mci-demo-'))
  try {
    await load(ctx, folder, cast, '2026-01-10', who =>
      who.expect === 'self-service-paused' ? 'antes@buzon-alterno.example' : who.who.alternate,
    )
    await load(ctx, folder, cast, '2026-01-15', who => who.who.alternate)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  for (const one of cast.filter(({ expect }) =>
    ['reset', 'account-blocked', 'reset-recently'].includes(expect),
  ))
    await giveAccount(ctx, one)
  ctx.inbox.length = 0
  seeded.set(
    ctx,
    cast.map(({ profile, who, expect }) => ({ profile, claim: claimOf(ctx, profile, who), expect })),
  )
}

const claimOf = (ctx: Context, profile: string, who: Synthetic) =>
  Object.fromEntries(
    (ctx.institution.profiles[profile]?.claim ?? []).map(field => [
      field,
      field === 'curp' ? who.curp : who.key,
    ]),
  )

/** How many of each the list offers. */
const parts: [expect: string, count: number][] = [
  ['create', 16],
  ['reset', 12],
  ['no-alternate-email', 2],
  ['account-blocked', 1],
  ['reset-recently', 1],
  ['self-service-paused', 1],
  ['not-verified', 1],
]

function castFor(ctx: Context): Cast[] {
  const cast: Cast[] = []
  const rules = ctx.institution.accounts.filter(rule => rule.profile && rule.selfService.length > 0)
  for (const rule of rules)
    for (const [expect, count] of parts)
      for (let n = 0; n < count; n++) {
        const who = synthetic(cast.length + 1, placeFor(ctx, rule))
        if (expect === 'no-alternate-email') who.alternate = ''
        if (expect === 'not-verified') who.status = 'inactivo'
        const offered = rule.selfService.includes(expect as 'create')
        const told = expect === 'create' && !offered ? 'create-by-request' : expect
        cast.push({ profile: rule.profile as Profile, who, expect: told })
      }
  return cast
}

/** A work place and a post that lead to this kind of account. */
function placeFor(ctx: Context, rule: AccountRule) {
  const state = { 'America/Monterrey': '05', 'America/Mazatlan': '25' }[ctx.institution.timeZone] ?? '06'
  for (const kind of ['DPR', 'ADG'])
    for (const post of ['DOCENTE FRENTE A GRUPO', 'JEFATURA DE OFICINA', 'LICENCIATURA EN EDUCACIÓN']) {
      const placement = {
        profile: rule.profile ?? '',
        centre: `${state}${kind}9001A`,
        post,
        status: 'activo',
        period: '',
      }
      if (kindFor(ctx.institution, placement)?.kind === rule.kind) return { state, kind, post }
    }
  throw new Error(`the demo knows no post that leads to «${rule.kind}»`)
}

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
  alternate: (one: Cast) => string,
) {
  for (const profile of ['worker', 'student'] as const) {
    const rows = cast.filter(one => one.profile === profile)
    if (rows.length === 0) continue
    const file = join(folder, `${profile}.csv`)
    writeFileSync(file, [headers[profile], ...rows.map(one => line(one, alternate(one)))].join('\n'))
    await loadRoster(
      { db: ctx.db, institution: { ...ctx.institution, allowReserved: true } },
      {
        kind: profile === 'worker' ? 'workers' : 'students',
        file,
        source: 'demostracion',
        asOf,
        replace: false,
        simulate: false,
        actor: 'system',
        channel: 'system',
      },
    )
  }
}

function line({ profile, who }: Cast, alternate: string): string {
  const name = [who.given, who.surname1, who.surname2]
  return profile === 'worker'
    ? [who.curp, who.key, ...name, who.cct, who.post, who.status, alternate].join(',')
    : [who.key, who.curp, ...name, who.cct, who.post, '2026-2', who.status, alternate].join(',')
}

/** An account through the same door as everybody's; made long ago unless it was a moment ago. */
async function giveAccount(ctx: Context, { profile, who, expect }: Cast): Promise<void> {
  const { match } = await lookUp(ctx.db, profile, claimOf(ctx, profile, who))
  const post = match?.affiliations[0]
  const rule = post && kindFor(ctx.institution, { ...post, status: post.statusAsCame })
  if (!match || !post || !rule) throw new Error(`the demo's person ${who.key} is not in its padrón`)
  const made = await createAccount(ctx, system, {
    person: match.person.id,
    kind: rule.kind,
    affiliation: post.id,
  })
  if (expect !== 'reset-recently') await longAgo(ctx, made.id)
  if (expect === 'account-blocked')
    await blockAccount(ctx, system, {
      account: made.accountId ?? '',
      person: match.person.id,
      reason: 'Cuenta de muestra',
    })
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
