import { isStaffSentence, type StaffSay } from '../../words/staff-keys.ts'

/** Why a password was refused, in the words of the public site. */
export function refusedWords(say: StaffSay, reasons: { code: string; missing?: number }[]): string {
  const [first] = reasons
  if (first?.code === 'too-short')
    return first.missing === 1
      ? say('password.too-shortOne')
      : say('password.too-short', { n: first.missing ?? '' })
  const key = `password.${first?.code}`
  return isStaffSentence(key) ? say(key) : say('password.refused')
}
