import type { Page } from 'playwright-core'
import { go, named } from './browser.ts'
import type { Identity } from './demo.ts'

export const pathOf = (profile: string) => (profile === 'student' ? '/estudiante' : '/trabajador')

/** P1 filled in, not sent. */
export async function fillClaim(page: Page, { profile, claim }: Identity) {
  await go(page, pathOf(profile))
  await running(page)
  for (const [name, value] of Object.entries(claim)) await page.fill(`#${name}`, value)
}

/** The page's program has taken over what the server rendered. */
export const running = (page: Page) =>
  page.waitForFunction(() => {
    const { document } = globalThis as unknown as { document: { getElementById(id: string): object | null } }
    return Object.hasOwn(document.getElementById('site') ?? {}, '__vue_app__')
  })

export async function sendClaim(page: Page, identity: Identity) {
  await fillClaim(page, identity)
  await named(page, 'button', 'Continuar').click()
}

/** The service's answer to one request, as this state of the screen needs it. */
export const answer = (
  page: Page,
  path: string,
  status: number,
  body: object,
  headers: Record<string, string> = {},
) =>
  page.route(`**${path}`, route =>
    route.request().resourceType() === 'document'
      ? route.continue()
      : route.fulfill({
          status,
          headers: {
            'content-type': status < 400 ? 'application/json' : 'application/problem+json',
            ...headers,
          },
          body: JSON.stringify(
            status < 400 ? body : { status, title: 'Refusal', reference: 'R7K2Q9', ...body },
          ),
        }),
  )

/** A moment of an answer, counted from when the answer is given: files that share a worker load this one once. */
export const inMinutes = (minutes: number) => ({
  toJSON: () => new Date(Date.now() + minutes * 60_000).toISOString(),
})

export const aVisit = {
  act: 'reset',
  person: { name: 'M*** L*** G.', centre: '06D***04X' },
  account: 'm***.l***@colima.example',
  alternateEmail: 'mar***@g***.com',
  confirmation: 'direct',
  expiresAt: inMinutes(10),
}

/** A minute ago, so that another may be asked for. */
export const aCode = { sentTo: 'mar***@g***.com', expiresAt: inMinutes(9), againAt: inMinutes(0) }

export const aResult = {
  folio: 'M-2026-K7WQ4T',
  act: 'reset',
  state: 'done',
  account: 'm***.l***@colima.example',
  deliveredTo: 'mar***@g***.com',
  at: inMinutes(0),
  expiresAt: inMinutes(24 * 60),
  againAt: inMinutes(15),
}
