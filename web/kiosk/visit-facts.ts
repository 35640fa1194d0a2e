import type { Say } from '../words/say.ts'
import type { Visit } from './journey.ts'

/** The masked lines of P2, in the words of the act; `account` where one of several was chosen. */
export function visitFacts(say: Say, visit: Visit, act: Visit['act'], account = visit.account, profile = '') {
  const centreWord = profile === 'student' ? say('confirm.school') : say('confirm.centre')
  return [
    { key: 'name', label: say('confirm.name'), value: visit.person.name },
    {
      key: 'account',
      label: say('confirm.account'),
      value: act === 'create' ? say('confirm.willCreate', { account }) : account,
    },
    { key: 'centre', label: centreWord, value: visit.person.centre },
    { key: 'alternateEmail', label: say('confirm.alternateEmail'), value: visit.alternateEmail },
  ].filter(({ value }) => value)
}
