import { nextAddress } from '../accounts/addresses.ts'
import { factsOf } from '../accounts/create.ts'
import type { Desk } from './act.ts'
import { malformed, ruleOf } from './rule.ts'
import { postOf } from './standing.ts'
import { centreOf } from './unit.ts'

interface Ask {
  kind: string
  centre?: string
  person?: string
}

/**
 * The address that the rule of a kind gives a centre or a person now; another one may take it before it is made.
 * Refusals: `malformed`, `not-found`, `centre-not-active`, `person-not-active`, `not-entitled`.
 */
export async function foretellAddress(desk: Desk, ask: Ask): Promise<{ address: string }> {
  const { db } = desk.ctx
  const rule = ruleOf(desk.ctx, ask.kind)
  const facts = rule.unit
    ? { unit: await unitOf(desk, rule.unit, ask) }
    : { affiliation: (await postOf(desk, rule, ask.person ?? '')).id }
  return { address: await nextAddress(db, rule, await factsOf(db, facts)) }
}

/** A service and a function have the name that staff write. */
async function unitOf(desk: Desk, unit: string, { centre }: Ask) {
  if (unit !== 'centre') throw malformed('kind', 'unknown')
  if (!centre) throw malformed('centre')
  const { name, cct } = await centreOf(desk, centre.trim().toUpperCase())
  return { title: name, cct }
}
