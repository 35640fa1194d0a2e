import type { createAtDesk, listKinds, tryAddress } from '@mci/api/accounts/desk-contract'
import type { Centre as CentreShape } from '@mci/api/contacts/contract'
import type { Ask, Reply } from '@mci/api/route'
import type { Static } from 'typebox'
import type { Problem } from '../../api.ts'
import type { StaffSay } from '../../words/staff-keys.ts'
import { blankGrounds, type Grounds, groundsOf, groundsProblems, groundsRefused } from '../grounds/grounds.ts'
import type { Person } from '../people/people.ts'

export type Kind = Reply<typeof listKinds>[number]
export type Centre = Static<typeof CentreShape>
export type Tried = Reply<typeof tryAddress>

/** What is being written; of a person and of a centre only by what they are known. */
export interface CreateForm {
  kind: string
  person: string
  cct: string
  unit: string
  name: string
  grounds: Grounds
  slip: boolean
  /** Accepted, as it was shown. */
  policy: boolean
}

export const blankForm = (): CreateForm => ({
  ...{
    kind: '',
    person: '',
    cct: '',
    unit: '',
    name: '',
    grounds: blankGrounds(),
    slip: false,
    policy: false,
  },
})

/** As they stand in the address. */
export type Step = 'tipo' | 'centro' | 'persona' | 'nombre' | 'oficio' | 'revise'

const isUnit = (kind: Kind) => kind.for === 'programme' || kind.for === 'appointment'

/** Which questions a kind asks, in their order. */
export function stepsOf(kind: Kind | undefined): Step[] {
  if (!kind) return ['tipo']
  const whom: Step = kind.for === 'centre' ? 'centro' : 'persona'
  return ['tipo', whom, ...(isUnit(kind) ? (['nombre'] as const) : []), 'oficio', 'revise']
}

/** What is known of what was chosen. */
export interface Chosen {
  kind: Kind | undefined
  centre: Centre | undefined
  person: Person | undefined
  tried: Tried | undefined
}

const centreProblems = (say: StaffSay, { centre }: Chosen) => {
  if (!centre) return [{ field: 'centre', text: say('create.centreRequired') }]
  const cannot = centre.missing.length > 0 || centre.account
  return cannot ? [{ field: 'centre', text: say('create.centreMissing') }] : []
}
const personProblems = (say: StaffSay, { person }: Chosen) => {
  if (!person) return [{ field: 'person', text: say('create.personRequired') }]
  const can = person.active && person.alternateEmail
  return can ? [] : [{ field: 'person', text: say('create.personCannot') }]
}
function nameProblems(say: StaffSay, { unit, name }: CreateForm, { kind, tried }: Chosen) {
  const named = kind?.named ?? false
  return [
    ...(unit.trim() ? [] : [{ field: 'unit', text: say('create.unitRequired') }]),
    ...(named && !name.trim() ? [{ field: 'name', text: say('create.localRequired') }] : []),
    ...(named && name.includes('@') ? [{ field: 'name', text: say('create.localDomain') }] : []),
    ...(named && tried && !tried.free ? [{ field: 'name', text: say('create.localTaken') }] : []),
  ]
}

/** What keeps a step from being left. */
export function problemsAt(say: StaffSay, step: Step, form: CreateForm, chosen: Chosen) {
  const { kind } = chosen
  const told = {
    tipo: () => (kind ? [] : [{ field: 'kind', text: say('create.kindRequired') }]),
    centro: () => centreProblems(say, chosen),
    persona: () => personProblems(say, chosen),
    nombre: () => nameProblems(say, form, chosen),
    oficio: () => groundsProblems(say, kind?.needs ?? 'none', form.grounds),
    revise: () =>
      kind?.policy && !form.policy ? [{ field: 'policy', text: say('create.policyRequired') }] : [],
  }
  return told[step]()
}

/** What the service found wrong with the name that was written. */
export function nameRefused(say: StaffSay, { code, fields = [] }: Problem) {
  if (code === 'address-taken') return [{ field: 'name', text: say('create.localTaken') }]
  if (code !== 'malformed') return []
  const words = {
    domain: 'create.localDomain',
    reserved: 'create.localReserved',
    required: 'create.localRequired',
  } as const
  return fields.flatMap(({ name, code: why }) => {
    if (name === 'unit') return [{ field: 'unit', text: say('create.unitRequired') }]
    return name === 'name'
      ? [{ field: 'name', text: say(words[why as 'domain'] ?? 'create.localShape') }]
      : []
  })
}

/** At which step a refusal is mended, and how. */
export function refusedAt(
  say: StaffSay,
  problem: Problem,
): { step: Step; list: { field: string; text: string }[] } {
  const name = nameRefused(say, problem)
  return name.length > 0
    ? { step: 'nombre', list: name }
    : { step: 'oficio', list: groundsRefused(say, problem) }
}

/** As the service takes it. */
export function askOf(
  { kind, person, cct, unit, name, grounds, slip, policy }: CreateForm,
  chosen: Kind,
): Ask<typeof createAtDesk> {
  const whose =
    chosen.for === 'centre'
      ? { centre: cct }
      : { person, ...(isUnit(chosen) && { unit: unit.trim(), ...(chosen.named && { name: name.trim() }) }) }
  return {
    ...{ kind, ...whose, ...groundsOf(chosen.needs, grounds) },
    ...(slip && chosen.slip && { slip }),
    ...(policy && chosen.policy && { policy: chosen.policy.version }),
  }
}
