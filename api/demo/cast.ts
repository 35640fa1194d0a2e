import type { AccountRule, Institution } from '../institution/institution.ts'
import { kindFor, type Placement } from '../institution/kind-for.ts'
import { type Synthetic, synthetic } from './people.ts'

type Entrance = 'worker' | 'student'

/** A row of a padrón. */
export interface Role {
  profile: Entrance
  who: Synthetic
  /** The kind of account that it gives right to. */
  kind: string
}

/** Somebody of the demonstration; who has several roles is the same person in each of them. */
export interface Cast {
  roles: [Role, ...Role[]]
  expect: string
  note?: 'several' | 'legacy'
}

/** How many of each the list offers: of the first kind, and of the others. */
const parts: [expect: string, first: number, others: number][] = [
  ['create', 16, 4],
  ['reset', 12, 4],
  ['no-alternate-email', 2, 1],
  ['account-blocked', 1, 1],
  ['reset-recently', 1, 1],
  ['in-progress', 1, 1],
  ['self-service-paused', 1, 1],
  ['needs-review', 1, 1],
  ['not-verified', 1, 1],
]

/** Somebody for every stop of every kind, for every two kinds, and a graduate who has an account of a former domain. */
export function castFor(institution: Institution): Cast[] {
  const cast: Cast[] = []
  const rules = institution.accounts.filter(rule => rule.profile && rule.selfService.length > 0)
  let people = 1
  const somebody = (rule: AccountRule, at = people++): Role => ({
    profile: entranceOf(rule),
    who: { ...synthetic(at, placeFor(institution, rule)), status: statusOf(rule) },
    kind: rule.kind,
  })
  for (const [nth, rule] of rules.entries())
    for (const [expect, first, others] of parts)
      for (let n = 0; n < (nth === 0 ? first : others); n++) {
        const told =
          expect === 'create' && !rule.selfService.includes('create') ? 'create-by-request' : expect
        cast.push({ roles: [somebody(rule)], expect: told })
      }
  for (const [nth, one] of rules.entries())
    for (const other of rules.slice(nth + 1)) {
      const [role, second] = [somebody(one, people), somebody(other, people++)]
      // Two schools give two control numbers; an employer gives one key.
      if (role.profile === 'student' && second.profile === 'student') second.who.key = `C${second.who.key}`
      const alone = [one, other].every(({ selfService }) => selfService.includes('create'))
      cast.push({ roles: [role, second], expect: alone ? 'create' : 'reset', note: 'several' })
    }
  const [student, graduate] = ['student', 'graduate'].map(name =>
    rules.find(({ profile }) => profile === name),
  )
  if (student && graduate && institution.legacyDomains.length > 0) {
    const { profile, who } = somebody(graduate)
    cast.push({ roles: [{ profile, who, kind: student.kind }], expect: 'reset', note: 'legacy' })
  }
  return cast
}

/** Through which door she comes: who left school still comes as a student. */
const entranceOf = ({ profile }: AccountRule): Entrance => (profile === 'worker' ? 'worker' : 'student')

const statusOf = ({ profile }: AccountRule) => (profile === 'graduate' ? 'egresado' : 'activo')

const states: Record<string, string> = { 'America/Monterrey': '05', 'America/Mazatlan': '25' }

/** A work place and a post that lead to this kind of account. */
function placeFor(institution: Institution, rule: AccountRule) {
  const state = states[institution.timeZone] ?? '06'
  for (const kind of ['DPR', 'ADG'])
    for (const post of ['DOCENTE FRENTE A GRUPO', 'JEFATURA DE OFICINA', 'LICENCIATURA EN EDUCACIÓN']) {
      const placement: Placement = {
        profile: entranceOf(rule),
        centre: `${state}${kind}9001A`,
        post,
        status: rule.profile === 'graduate' ? 'graduate' : 'active',
        statusAsCame: statusOf(rule),
        period: '',
      }
      if (kindFor(institution, placement)?.kind === rule.kind) return { state, kind, post }
    }
  throw new Error(`the demo knows no post that leads to «${rule.kind}»`)
}
