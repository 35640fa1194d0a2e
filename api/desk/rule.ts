import type { Context } from '../context.ts'
import type { AccountRule } from '../institution/institution.ts'
import { Refusal } from '../refusal.ts'

export const malformed = (name: string, code = 'required') =>
  new Refusal('malformed', 400, { fields: [{ name, code }] })

/** What the institution says of a kind of account. Refusal: `malformed`. */
export function ruleOf({ institution }: Context, kind: string): AccountRule {
  const rule = institution.accounts.find(one => one.kind === kind)
  if (!rule) throw malformed('kind', 'unknown')
  return rule
}
