import type { Browser, Page } from 'playwright-core'
import { openWatch } from '../../api/doctor/watch.ts'
import { startJobs } from '../../api/jobs.ts'
import { guideInstitution } from '../providers/ldap-settings.ts'
import { openHolder } from '../servers/directory.ts'
import type { startSlapd } from '../servers/slapd.ts'
import { type Account, newcomer } from '../staff/desk.ts'
import { credentialsIn } from '../visitor.ts'
import { type Seen, visit } from './browser.ts'
import { desk } from './desk-steps.ts'
import { openPlace, type Place } from './station.ts'

/** What the days of a file stand on: one browser, one directory. */
export interface Town {
  browser: Browser
  directory: Awaited<ReturnType<typeof startSlapd>>
}

/** A member before her window, at an institution on PostgreSQL whose accounts live in slapd. */
export interface Day extends Place {
  her: Account
  seen: Seen
  page: Page
  /** From outside: the directory lets her in. */
  binds(address: string, password: string): Promise<boolean>
  /** What was mailed last to this address. */
  newest(to: string): string
  /** Of the last mail to this address that tells a password: a notice may have come after it. */
  credentials(to: string): ReturnType<typeof credentialsIn>
  /** The password of that one. */
  mailed(to: string): string
  end(): Promise<void>
}

export async function openDay(
  { browser, directory }: Town,
  ask: { preset: string; kinds?: string[]; roles?: string[] },
): Promise<Day> {
  const place = await openPlace(guideInstitution(directory, ask.kinds), ask.preset, 'PostgreSQL')
  const { h } = place
  const watch = await openWatch(h.ctx)
  await startJobs(h.ctx)
  const her = await newcomer(h, { roles: ask.roles ?? ['operator'], enrolled: true })
  const seen = await visit(browser, place.url, desk)
  const last = (to: string, holding = '') =>
    h.smtp.mails.findLast(mail => mail.to.includes(to) && mail.text.includes(holding))?.text ?? ''
  const credentials = (to: string) => credentialsIn(last(to, 'Contraseña temporal: '))
  return {
    ...place,
    ...{
      her,
      seen,
      page: seen.page,
      newest: (to: string) => last(to),
      credentials,
      binds: openHolder(directory).signsIn,
    },
    mailed: to => credentials(to).password,
    async end() {
      watch.stop()
      await seen.close()
      await h.close()
    },
  }
}
