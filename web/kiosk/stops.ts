import type { Problem } from '../api.ts'
import { moment, span } from '../words/dates.ts'
import type { Say, Values } from '../words/say.ts'
import { yourFields } from './claim.ts'
import type { PublicInstitution } from './institution.ts'

/** What a stop says: a heading, what happened, what to do, and the ways on. */
export interface StopPage {
  title: string
  said: string[]
  /** Numbered, under «Qué hacer». */
  steps?: string[]
  /** Said after the steps. */
  afterwards?: string
  reference?: string
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
  const { problem, institution, say } = stopped
  const page = (Object.hasOwn(STOPS, problem.code) ? STOPS[problem.code as keyof typeof STOPS] : other)(
    stopped,
  )
  const directions = problem.directions ?? institution.directions[problem.code]
  if (directions) page.steps = lines(fillContact(directions, contactWords(institution, say)))
  return page
}

const lines = (text: string) =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean)

/** `{place}`, `{phone}` and the like in the institution's own directions. */
const fillContact = (text: string, values: Values) =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))

export function contactWords({ contact }: PublicInstitution, say: Say): Record<string, string> {
  const { desk = say('site.desk'), place = '', phone = '', hours = '', email = '' } = contact
  return { desk, place, phone, hours, email }
}

const STOPS = {
  'not-verified': ({ problem, institution, profile, say }: Stopped): StopPage => {
    const fields = institution.profiles.find(({ name }) => name === profile)?.claim ?? []
    const desk = contactWords(institution, say)
    return {
      title: say('stop.not-verified.title'),
      said: [
        say('stop.not-verified.check', { fields: yourFields(fields) }),
        say('stop.not-verified.different', desk),
      ],
      way: 'again',
      ...referenceOf(problem),
    }
  },
  'too-many-attempts': ({ problem, institution, say }: Stopped): StopPage => ({
    title: say('stop.too-many-attempts.title', { wait: span(problem.retryAfter ?? 900) }),
    said: [
      say('stop.too-many-attempts.why'),
      say('stop.too-many-attempts.urgent', contactWords(institution, say)),
    ],
    way: 'finish',
  }),
  'no-alternate-email': ({ institution, say }: Stopped): StopPage => ({
    title: say('stop.no-alternate-email.title'),
    said: [say('stop.no-alternate-email.why')],
    ...emailSteps(institution, say, 'stop.no-alternate-email.3'),
  }),
  'update-email': ({ institution, say }: Stopped): StopPage => ({
    title: say('stop.update-email.title'),
    said: [say('stop.update-email.why')],
    ...emailSteps(institution, say, 'stop.update-email.3'),
  }),
  'account-blocked': ({ institution, say }: Stopped): StopPage => ({
    title: say('stop.account-blocked.title'),
    said: [say('stop.account-blocked.who')],
    steps: [say('stop.account-blocked.how', contactWords(institution, say))],
    way: 'finish',
  }),
  'reset-recently': ({ problem, institution, say, now }: Stopped): StopPage => {
    const at = problem.at && moment(problem.at, institution.timeZone, now)
    const againAt = problem.againAt && moment(problem.againAt, institution.timeZone, now)
    const { alternateEmail } = problem
    return {
      title: at ? say('stop.reset-recently.title', { at }) : say('stop.reset-recently.titleUndated'),
      said: [
        alternateEmail
          ? say('stop.reset-recently.look', { alternateEmail })
          : say('stop.reset-recently.lookAny'),
        ...(againAt ? [say('stop.reset-recently.again', { againAt })] : []),
      ],
      way: 'finish',
    }
  },
  'in-progress': ({ problem, institution, say, now }: Stopped): StopPage => {
    const { folio, alternateEmail } = problem
    const at = problem.at && moment(problem.at, institution.timeZone, now)
    return {
      title: say('stop.in-progress.title'),
      said: [
        ...(folio
          ? [at ? say('stop.in-progress.asked', { at, folio }) : say('stop.in-progress.folio', { folio })]
          : []),
        alternateEmail
          ? say('stop.in-progress.notice', { alternateEmail })
          : say('stop.in-progress.noticeAny'),
      ],
      way: 'finish',
    }
  },
  'create-by-request': ({ institution, say }: Stopped): StopPage => ({
    title: say('stop.create-by-request.title'),
    said: [],
    steps: [say('stop.create-by-request.how', contactWords(institution, say))],
    way: 'finish',
    printable: true,
  }),
  'needs-review': ({ problem, institution, say }: Stopped): StopPage => ({
    title: say('stop.needs-review.title'),
    said: [say('stop.needs-review.how', contactWords(institution, say))],
    way: 'finish',
    ...referenceOf(problem),
  }),
  'self-service-paused': (stopped: Stopped): StopPage => ({
    title: stopped.say('stop.self-service-paused.title'),
    said: [
      stopped.say('stop.self-service-paused.why', {
        when: whenAgain(stopped),
        ...contactWords(stopped.institution, stopped.say),
      }),
    ],
    way: 'finish',
  }),
  'not-available': (stopped: Stopped): StopPage => ({
    title: stopped.say('stop.not-available.title'),
    said: [stopped.say('stop.not-available.why', { when: whenAgain(stopped) })],
    way: 'again',
    ...referenceOf(stopped.problem),
  }),
  'no-connection': ({ say }: Stopped): StopPage => ({
    title: say('stop.no-connection.title'),
    said: [say('stop.no-connection.why')],
    way: 'again',
  }),
  'visit-expired': ({ say }: Stopped): StopPage => ({
    title: say('stop.visit-expired.title'),
    said: [say('stop.visit-expired.why')],
    way: 'restart',
  }),
}

const other = ({ problem, institution, say }: Stopped): StopPage => ({
  title: say('stop.other.title'),
  said: [say('stop.other.how', contactWords(institution, say))],
  way: 'again',
  ...referenceOf(problem),
})

const referenceOf = ({ reference }: Problem) => (reference ? { reference } : {})

function emailSteps(
  institution: PublicInstitution,
  say: Say,
  what: 'stop.update-email.3' | 'stop.no-alternate-email.3',
) {
  const desk = contactWords(institution, say)
  return {
    steps: [
      say('stop.no-alternate-email.1', desk),
      say('stop.no-alternate-email.2'),
      say(what),
      say('stop.no-alternate-email.4'),
    ],
    ...(desk.email && { afterwards: say('stop.no-alternate-email.far', desk) }),
    way: 'finish' as const,
    printable: true as const,
  }
}

function whenAgain({ problem, institution, say, now }: Stopped): string {
  if (problem.againAt) return moment(problem.againAt, institution.timeZone, now)
  return problem.retryAfter ? `en ${span(problem.retryAfter)}` : say('site.later')
}
