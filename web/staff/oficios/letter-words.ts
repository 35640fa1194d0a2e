import { isStaffSentence, type StaffSay } from '../../words/staff-keys.ts'

export const LETTER_STATES = ['issued', 'sent', 'acknowledged', 'void'] as const

/** How a letter stands, in words. */
export function letterState(say: StaffSay, state: string): string {
  const key = `oficios.state.${state}`
  return isStaffSentence(key) ? say(key) : state
}

const STANDING = { issued: 'open', sent: 'due', acknowledged: 'well', void: 'wrong' } as const

export const letterStanding = (state: string) => STANDING[state as keyof typeof STANDING] ?? 'open'
