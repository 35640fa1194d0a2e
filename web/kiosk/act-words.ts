import type { Say } from '../words/say.ts'
import type { PublicInstitution } from './institution.ts'
import type { Visit } from './journey.ts'

/** What is going to happen, what is said while it does, and the verb of the button. */
export function actWords(say: Say, act: Visit['act'], delivery: PublicInstitution['delivery']) {
  const byLink = delivery === 'enlace'
  if (act === 'create')
    return {
      said: say(byLink ? 'confirm.createByLink' : 'confirm.create'),
      busy: say('confirm.busyCreate'),
      submit: say('confirm.submitCreate'),
    }
  return {
    said: say(byLink ? 'confirm.resetByLink' : 'confirm.reset'),
    busy: say(byLink ? 'confirm.busyByLink' : 'confirm.busyReset'),
    submit: say('confirm.submitReset'),
  }
}
