import { createAccount } from '../accounts/create.ts'
import { adoptHers } from '../adoption/adopt-hers.ts'
import type { Db } from '../db/open.ts'
import type { AccountRule } from '../institution/institution.ts'
import { Refusal } from '../refusal.ts'
import type { Acted, Decided, Desk } from './act.ts'
import { askApproval } from './approval.ts'
import { assertGrounds, type Grounds, groundsOf, keepScan } from './grounds.ts'
import { malformed, ruleOf } from './rule.ts'
import { postOf } from './standing.ts'
import { assertEntitled, assertReaches, centreOf, directorOf } from './unit.ts'
import { writtenName } from './written-name.ts'

export interface CreateAsk extends Grounds {
  kind: string
  person?: string
  centre?: string
  unit?: string
  name?: string
  /** Version of the policy of use that was accepted. */
  policy?: string
}

type Made = Pick<Parameters<typeof createAccount>[2], 'person' | 'affiliation' | 'unit'>

/**
 * Creates an account at the desk. Its address follows the rule of its kind, or is what staff wrote; the secret goes to a
 * registered address. Refusals: `malformed`, `oficio-required`, `reason-required`, what is missing of centre or person by
 * name, `needs-review`, `already-has`, `unit-has-account`, `address-taken`, `own-account`, `in-progress`.
 */
export async function createAtDesk(desk: Desk, ask: CreateAsk, approved?: Decided): Promise<Acted> {
  const { ctx, member, actor, secret } = desk
  const rule = ruleOf(ctx, ask.kind)
  assertGrounds(rule.requires.create, ask)
  // What a second person approves was accepted when it was asked for.
  const present = ctx.institution.desk.policy?.version
  if (ask.policy !== undefined && ask.policy !== present && !approved) throw malformed('policy', 'superseded')
  const made = await (rule.unit === 'centre' ? ofCentre : rule.unit ? ofUnit : ofPerson)(desk, rule, ask)
  if (member.persons.includes(made.person)) throw new Refusal('own-account', 403)
  if (!approved && ctx.institution.desk.approvals.includes('create'))
    return askApproval(ctx, member, actor, { deed: 'account.create', person: made.person, ask: { ...ask } })
  return createAccount(ctx, actor, {
    ...made,
    ...groundsOf(ask),
    kind: rule.kind,
    ...(ask.policy === undefined ? {} : { policy: ask.policy }),
    ...(secret === undefined ? {} : { chosen: secret }),
    within: (tx: Db) => keepScan(tx, member, ask),
    ...(approved ? { beside: approved } : {}),
  })
}

/** The catalogue says who directs it; somebody else answers for it only where she is named. */
async function ofCentre(desk: Desk, _: AccountRule, ask: CreateAsk): Promise<Made> {
  if (!ask.centre) throw malformed('centre')
  const found = await centreOf(desk, ask.centre.trim().toUpperCase())
  const person = ask.person ?? (await directorOf(desk, found))
  await assertEntitled(
    { ...desk, member: { ...desk.member, units: ask.person ? desk.member.units : [] } },
    person,
  )
  await assertReaches(desk, found.cct, person)
  return { person, unit: { title: found.name, cct: found.cct } }
}

async function ofUnit(desk: Desk, rule: AccountRule, ask: CreateAsk): Promise<Made> {
  const title = ask.unit?.trim() ?? ''
  if (title === '') throw malformed('unit')
  if (!ask.person) throw malformed('person')
  const name = writtenName(ask.name ?? '')
  await assertEntitled(desk, ask.person)
  await assertReaches(desk, '', ask.person)
  if (!rule.address.some(template => template.includes('{name}'))) throw malformed('name', 'unknown')
  return { person: ask.person, unit: { title, name } }
}

/** Before an account is made for a person, her directory is looked through: what is hers there is adopted, not doubled. */
async function ofPerson(desk: Desk, rule: AccountRule, ask: CreateAsk): Promise<Made> {
  const { ctx, actor } = desk
  if (!ask.person) throw malformed('person')
  const post = await postOf(desk, rule, ask.person)
  await assertReaches(desk, '', ask.person)
  const { held, inReview } = await adoptHers(ctx, actor, ask.person, [rule])
  const [adopted] = held
  if (adopted) throw new Refusal('already-has', 409, { account: adopted.id })
  if (inReview.size > 0) throw new Refusal('needs-review', 409)
  return { person: ask.person, affiliation: post.id }
}
