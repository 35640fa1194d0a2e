import './station.css'
import type { getInstitution } from '@mci/api/institution/contract'
import type { openKiosk } from '@mci/api/kiosks/contract'
import type { endVisit } from '@mci/api/visits/contract'
import { ref } from 'vue'
import { call, giveUp, Refused } from '../../api.ts'
import type { PublicInstitution } from '../institution.ts'
import type { useJourney } from '../journey.ts'
import { mannerQuery } from '../manner.ts'
import type { Station } from '../station.ts'
import Away from './Away.vue'
import Frame from './Frame.vue'
import KeyField from './KeyField.vue'
import Start from './Start.vue'

const START = `/?${mannerQuery({ kiosk: true, language: 'es-MX' })}`
/** How often a kiosk that waits, or that cannot serve, asks the service. */
const LOOK = 30_000

/** What the address of a named kiosk carries; it leaves the bar and the history before anything else is done. */
function takeToken(): string {
  const token = /^#quiosco=(.*)$/.exec(location.hash)?.[1] ?? ''
  if (token) history.replaceState(history.state, '', location.pathname + location.search)
  return token
}
const inBrowser = typeof document !== 'undefined'
let token = inBrowser ? takeToken() : ''

const anew = () => location.replace(START)
const atStart = () => location.pathname === '/'

/** The kiosk's own part of the site; the server only takes its components. */
export function openStation(institution: PublicInstitution, journey: ReturnType<typeof useJourney>): Station {
  const phase = ref<'open' | 'erasing' | 'closed'>('open')
  let touched = false
  let typed = false
  let settled = false

  async function wipe() {
    phase.value = 'erasing'
    giveUp()
    journey.forget()
    await call<typeof endVisit>('DELETE /api/visits/current', {}).then(anew, close)
  }

  function close(error: unknown) {
    if (!(error instanceof Refused)) throw error
    phase.value = 'closed'
    journey.forget()
  }

  async function ask() {
    if (token) await call<typeof openKiosk>('POST /api/kiosks/current', { token })
    token = ''
    return call<typeof getInstitution>('GET /api/institution', {})
  }

  const look = () =>
    ask().then(({ version }) => {
      if (phase.value === 'closed') return wipe()
      // Not at once: where two versions serve side by side a kiosk would load itself without end.
      if (settled && atStart() && !touched && version !== institution.version) anew()
      settled = true
    }, close)

  function begin() {
    const [arrived] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
    if (arrived?.type === 'back_forward' && !atStart()) anew()
    listen(() => (touched = true), 'pointerdown', 'keydown')
    listen(() => (typed = true), 'input')
    listen(event => event.preventDefault(), 'contextmenu', 'dragstart')
    addEventListener('click', stayHere)
    addEventListener('pageshow', ({ persisted }) => persisted && anew())
    void look()
    setInterval(() => (phase.value === 'closed' || atStart()) && void look(), LOOK)
  }

  if (inBrowser) begin()
  return {
    ...{ Start, Frame, Away, KeyField, phase, wipe, look },
    touched: () => touched,
    keeps: () => typed || Boolean(journey.profile || journey.visit || journey.result || journey.stop),
  }
}

function listen(hear: (event: Event) => unknown, ...names: string[]) {
  for (const name of names) addEventListener(name, hear, { capture: true })
}

/** No link leaves the site, and none adds to the history. */
function stayHere(event: MouseEvent) {
  const link = event.target instanceof Element ? event.target.closest('a') : null
  if (!link || event.defaultPrevented) return
  event.preventDefault()
  if (link.origin === location.origin) location.replace(link.href)
}
