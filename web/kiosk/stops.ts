import type { Problem } from '../api.ts'
import { moment, span } from '../words/dates.ts'
import { fill, type Say } from '../words/say.ts'
import { inSentence, yourFields } from './claim.ts'
import type { PublicInstitution } from './institution.ts'

/** What a stop says: a heading, what happened, what to do, and the ways on. */
export interface StopPage {
  title: string
  said: string[]
  /** Under «Qué hacer»; the institution's own directions stand in their place. */
  steps: string[]
  /** The steps are the institution's own. */
  directed?: true
  reference?: string
  folio?: string
  /** «Escribir de nuevo», «Empezar de nuevo» or «Terminar». */
  way: 'again' | 'restart' | 'finish'
  printable?: true
}

interface Stopped {
  problem: Problem
  institution: PublicInstitution
  /** Of the person who was stopped, for the names of her claim. */
  profile: string
  say: Say
  now: Date
}

/** The page for a refusal, by its code (`contract.md`); one that is not known gets a way to a person. */
export function stopPage(stopped: Stopped): StopPage {
  const { problem, institution } = stopped
  const page = (Object.hasOwn(STOPS, problem.code) ? STOPS[problem.code as keyof typeof STOPS] : other)(
    stopped,
  )
  const directions = problem.directions ?? institution.directions[problem.code]
  if (!directions) return page
  return { ...page, steps: lines(fill(directions, contactWords(institution))), directed: true }
}

/** The contact as it stands in sentences: a telephone number is never broken over two lines. */
const contactWords = ({ contact }: PublicInstitution) => ({
  ...contact,
  ...(contact.phone && { phone: contact.phone.replaceAll(' ', '\u00A0') }),
})

const lines = (text: string) =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean)

const STOPS = {
  'not-verified': ({ problem, institution, profile, say }: Stopped): StopPage => {
    const fields = institution.profiles.find(({ name }) => name === profile)?.claim ?? []
    return {
      title: say('stop.not-verified.title'),
      said: [],
      steps: [
        say('stop.not-verified.check', { fields: yourFields(say, fields) }),
        say('stop.not-verified.different', contactWords(institution)),
      ],
      way: 'again',
      ...referenceOf(problem),
    }
  },
  'too-many-attempts': ({ problem, institution, say }: Stopped): StopPage => ({
    title: say('stop.too-many-attempts.title', { wait: span(say, problem.retryAfter ?? 900) }),
    said: [say('stop.too-many-attempts.why')],
    steps: [say('stop.too-many-attempts.urgent', contactWords(institution))],
    way: 'finish',
  }),
  'no-alternate-email': ({ institution, say }: Stopped): StopPage => ({
    title: say('stop.no-alternate-email.title'),
    said: [say('stop.no-alternate-email.why')],
    steps: emailSteps(institution, say, 'stop.no-alternate-email.3'),
    way: 'finish',
    printable: true,
  }),
  'update-email': ({ institution, say }: Stopped): StopPage => ({
    title: say('stop.update-email.title'),
    said: [say('stop.update-email.why')],
    steps: emailSteps(institution, say, 'stop.update-email.3'),
    way: 'finish',
    printable: true,
  }),
  'account-blocked': ({ institution, say }: Stopped): StopPage => ({
    title: say('stop.account-blocked.title'),
    said: [say('stop.account-blocked.who')],
    steps: [say('stop.account-blocked.how', contactWords(institution))],
    way: 'finish',
  }),
  'reset-recently': ({ problem, institution, say, now }: Stopped): StopPage => {
    const { alternateEmail, at, againAt } = problem
    const when = (iso: string) => moment(say, iso, institution.timeZone, now)
    return {
      title: at
        ? say('stop.reset-recently.title', { at: when(at) })
        : say('stop.reset-recently.titleUndated'),
      said: [
        ...(alternateEmail ? [say('stop.reset-recently.sent', { alternateEmail })] : []),
        ...(againAt ? [say('stop.reset-recently.again', { againAt: when(againAt) })] : []),
      ],
      steps: [say('stop.reset-recently.look')],
      way: 'finish',
    }
  },
  'in-progress': ({ problem, institution, say, now }: Stopped): StopPage => {
    const { folio, alternateEmail, at } = problem
    return {
      title: say('stop.in-progress.title'),
      said: [
        ...(at ? [say('stop.in-progress.asked', { at: moment(say, at, institution.timeZone, now) })] : []),
        ...(alternateEmail ? [say('stop.in-progress.notice', { alternateEmail })] : []),
      ],
      ...(folio && { folio }),
      steps: [say('stop.in-progress.wait')],
      way: 'finish',
    }
  },
  'create-by-request': ({ institution, say }: Stopped): StopPage => ({
    title: say('stop.create-by-request.title'),
    said: [],
    steps: [say('stop.create-by-request.how', contactWords(institution))],
    way: 'finish',
    printable: true,
  }),
  'needs-review': ({ problem, institution, say }: Stopped): StopPage => ({
    title: say('stop.needs-review.title'),
    said: [say('stop.unchanged')],
    steps: [say('stop.needs-review.how', contactWords(institution))],
    way: 'finish',
    ...referenceOf(problem),
  }),
  'self-service-paused': (stopped: Stopped): StopPage => ({
    title: stopped.say('stop.self-service-paused.title'),
    said: [
      stopped.say('stop.self-service-paused.why'),
      stopped.say('stop.usable', { when: whenAgain(stopped) }),
    ],
    steps: [stopped.say('stop.self-service-paused.urgent', contactWords(stopped.institution))],
    way: 'finish',
  }),
  'not-available': (stopped: Stopped): StopPage => ({
    title: stopped.say('stop.not-available.title'),
    said: [stopped.say('stop.unchanged'), stopped.say('stop.usable', { when: whenAgain(stopped) })],
    steps: [stopped.say('stop.not-available.urgent', contactWords(stopped.institution))],
    way: 'again',
    ...referenceOf(stopped.problem),
  }),
  'no-connection': ({ say }: Stopped): StopPage => ({
    title: say('stop.no-connection.title'),
    said: [say('stop.no-connection.why')],
    steps: [say('stop.no-connection.how')],
    way: 'again',
  }),
  'visit-gone': ({ say }: Stopped): StopPage => ({
    title: say('stop.visit-gone.title'),
    said: [say('stop.visit-gone.why')],
    steps: [],
    way: 'restart',
  }),
  'visit-expired': ({ say }: Stopped): StopPage => ({
    title: say('stop.visit-expired.title'),
    said: [say('stop.visit-expired.why')],
    steps: [],
    way: 'restart',
  }),
}

const other = ({ problem, institution, say }: Stopped): StopPage => ({
  title: say('stop.other.title'),
  said: [],
  steps: [say('stop.other.how', contactWords(institution))],
  way: 'again',
  ...referenceOf(problem),
})

const referenceOf = ({ reference }: Problem) => (reference ? { reference } : {})

function emailSteps(
  { contact }: PublicInstitution,
  say: Say,
  what: 'stop.update-email.3' | 'stop.no-alternate-email.3',
) {
  return [
    say('stop.no-alternate-email.1', contact),
    contact.bring ? say('stop.no-alternate-email.bring', { bring: inSentence(contact.bring) }) : '',
    say(what),
    say('stop.no-alternate-email.4'),
    contact.email ? say('stop.no-alternate-email.far', contact) : '',
  ].filter(Boolean)
}

function whenAgain({ problem, institution, say, now }: Stopped): string {
  const at = problem.againAt ?? problem.until
  if (at) return moment(say, at, institution.timeZone, now)
  return problem.retryAfter ? say('date.in', { span: span(say, problem.retryAfter) }) : say('site.later')
}
