import type { StaffSay } from '../../words/staff-keys.ts'

export const CHECKS = ['curp', 'key', 'centre', 'post', 'mail'] as const

/** One datum alone shows nothing. */
export const callerProblems = (say: StaffSay, asked: readonly string[]) =>
  asked.length === 1 ? [{ field: 'caller', text: say('caller.two') }] : []

/** What is written down: which data were asked, never what she said. */
export const callerCheck = (say: StaffSay, asked: readonly string[]): string =>
  asked.length < 2
    ? ''
    : say('caller.told', {
        what: CHECKS.filter(one => asked.includes(one))
          .map(one => say(`caller.${one}`))
          .join(', '),
      })
