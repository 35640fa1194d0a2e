import type { Problem } from '../../api.ts'
import { isStaffSentence, type StaffSay } from '../../words/staff-keys.ts'

/** What the service found wrong with the address. */
export function addressRefused(say: StaffSay, { code, fields = [] }: Problem) {
  if (code !== 'malformed') return []
  return fields.flatMap(({ name, code: why }) => {
    if (name === 'reason') return [{ field: 'reason', text: say('grounds.reasonRequired') }]
    if (name === 'check') return [{ field: 'check', text: say('contact.checkRequired') }]
    if (name !== 'address') return []
    const key = `contact.address.${why}`
    const text =
      why === 'type'
        ? say('contact.addressRequired')
        : say(isStaffSentence(key) ? key : 'contact.address.other')
    return [{ field: 'address', text }]
  })
}

/** What was wrong with the code. */
export function codeRefused(say: StaffSay, problem: Problem) {
  const { code, left } = problem
  if (code === 'malformed') return [{ field: 'code', text: say('contact.codeRequired') }]
  if (code !== 'code-wrong') return []
  if ('expired' in problem) return [{ field: 'code', text: say('contact.codeExpired') }]
  const text = left ? say('contact.codeWrong', { left }) : say('contact.codeWrongLast')
  return [{ field: 'code', text }]
}
