import { roles } from '@mci/api/roles'
import type { Reply } from '@mci/api/route'
import type { listMembers } from '@mci/api/staff/contract'
import type { Problem } from '../../api.ts'
import type { StaffSay } from '../../words/staff-keys.ts'
import { isStaffSentence } from '../../words/staff-keys.ts'
import { roleName } from '../role-words.ts'

export type Person = Reply<typeof listMembers>[number]

/** Every role with what it may, for a form. */
export const roleChoices = (say: StaffSay) =>
  Object.keys(roles).map(value => {
    const help = `role.${value}.help`
    return { value, label: roleName(say, value), ...(isStaffSentence(help) && { help: say(help) }) }
  })

export interface Access {
  name: string
  roles: string[]
  units: string[]
}

/** What is missing before the service is asked. */
export function accessProblems(say: StaffSay, { name, roles: held }: Access) {
  return [
    ...(name.trim() ? [] : [{ field: 'name', text: say('member.nameRequired') }]),
    ...(held.length > 0 ? [] : [{ field: 'roles', text: say('member.rolesRequired') }]),
  ]
}

/** What the service found wrong with a field; nothing where it is of another sort. */
export function fieldProblems(say: StaffSay, { code, fields = [] }: Problem) {
  if (code !== 'malformed') return []
  const sentences = {
    login: 'member.loginRequired',
    name: 'member.nameRequired',
    roles: 'member.rolesRequired',
    units: 'member.unitsWrong',
    curp: 'member.curpWrong',
  } as const
  return fields.flatMap(({ name, code: why }) => {
    const field = name.split('.')[0] as keyof typeof sentences
    if (field === 'units' && why === 'centre-missing') return [{ field, text: say('member.unitsCentre') }]
    return sentences[field] ? [{ field, text: say(sentences[field]) }] : []
  })
}

export const factorWords = (say: StaffSay, factors: readonly string[]): string =>
  factors
    .map(factor => {
      const key = `members.factor.${factor}`
      return isStaffSentence(key) ? say(key) : factor
    })
    .join(', ') || say('members.factorNone')
