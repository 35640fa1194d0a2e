import { isStaffSentence, type StaffSay } from '../../words/staff-keys.ts'

/** What a unit can be; the service knows which of them exist. */
export const UNIT_KINDS = ['level', 'municipality', 'domain', 'centre'] as const

/** «Nivel: Primaria», «Centro (CCT): 06DPR0104X»; one that is not known yet stands as it is. */
export function unitWord(say: StaffSay, unit: string): string {
  const at = unit.indexOf(':')
  const key = `unit.${unit.slice(0, at)}`
  return isStaffSentence(key) ? say('unit.of', { kind: say(key), name: unit.slice(at + 1) }) : unit
}

export const unitWords = (say: StaffSay, units: readonly string[]): string =>
  units.map(unit => unitWord(say, unit)).join(', ') || say('members.everywhere')
