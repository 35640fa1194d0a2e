import { createPinia } from 'pinia'
import { createSSRApp } from 'vue'
import type { RouterHistory } from 'vue-router'
import { ARRIVAL, type Arrival } from '../ui/arrival.ts'
import type { Catalogue } from '../words/keys.ts'
import { SAY, sentences } from '../words/say.ts'
import { INSTITUTION, type PublicInstitution } from './institution.ts'
import { useJourney } from './journey.ts'
import Kiosk from './Kiosk.vue'
import { MANNER, type Manner } from './manner.ts'
import { createPages } from './router.ts'
import { STATION, type Station } from './station.ts'
import { TYPED } from './typed.ts'

export interface SiteAsk {
  institution: PublicInstitution
  manner: Manner
  catalogue: Catalogue
  /** Where the page stands on a kiosk. */
  openStation?:
    | ((institution: PublicInstitution, journey: ReturnType<typeof useJourney>) => Station)
    | undefined
}

/** What an institution says otherwise, it says in Spanish. */
export const sayFor = ({ institution, manner, catalogue }: SiteAsk) =>
  sentences(catalogue, manner.language === 'es-MX' ? institution.texts : {})

/** The public site, alike on the server and in the browser. */
export function createSite(ask: SiteAsk, history: RouterHistory, typed: Map<string, string>) {
  const arrival: Arrival = { title: '', first: true }
  const pinia = createPinia()
  const station = ask.openStation?.(ask.institution, useJourney(pinia))
  const router = createPages({ ...ask, station }, history)
  const app = createSSRApp(Kiosk)
  app.use(pinia).use(router)
  app.provide(INSTITUTION, ask.institution).provide(MANNER, ask.manner).provide(SAY, sayFor(ask))
  app.provide(ARRIVAL, arrival).provide(TYPED, typed)
  if (station) app.provide(STATION, station)
  return { app, router, arrival }
}
