import { isStaffSentence, type StaffSay } from '../../words/staff-keys.ts'

type Group = 'kind' | 'movementState' | 'stepState' | 'delivery' | 'outcome' | 'problem' | 'event' | 'channel'

/** A code of the service as people say it; one that is not known yet is shown as it is. */
export function word(say: StaffSay, group: Group, code: string): string {
  const key = `${group}.${code}`
  return isStaffSentence(key) ? say(key) : code
}

/** What to do about a problem. */
export function advice(say: StaffSay, problem: string | null): string {
  const key = `advice.${problem}`
  return say(isStaffSentence(key) ? key : 'advice.other')
}

/** Beside the words, for the eye. */
export function standing(state: string): 'well' | 'due' | 'wrong' | 'open' {
  if (['done', 'applied', 'sent', 'well'].includes(state)) return 'well'
  if (['needs-attention', 'asked', 'refused'].includes(state)) return 'due'
  return ['failed', 'undone'].includes(state) ? 'wrong' : 'open'
}

/** Who did it: a member by her name, else what she is. */
export function actorWord(
  say: StaffSay,
  { actor, actorName }: { actor: string; actorName: string | null },
): string {
  if (actorName) return actorName
  if (actor === 'visitor') return say('actor.visitor')
  return actor === 'system' ? say('actor.system') : say('actor.member')
}

/** What an event tells besides its name, as far as it is for people: «intento 2 · motivo: …». */
export function detailWords(say: StaffSay, detail: Record<string, unknown>): string {
  const told = {
    attempt: Number(detail.attempt) > 1 ? String(detail.attempt) : '',
    problem: typeof detail.problem === 'string' ? word(say, 'problem', detail.problem) : '',
    outcome: typeof detail.outcome === 'string' ? word(say, 'outcome', detail.outcome) : '',
    ...{ smtp: textOf(detail.smtp), note: textOf(detail.note), provider: textOf(detail.provider) },
  }
  return Object.entries(told)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => say(`detail.${name as keyof typeof told}`, { value }))
    .join(' · ')
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')
