import { createPinia } from 'pinia'
import { createSSRApp } from 'vue'
import type { RouterHistory } from 'vue-router'
import { ARRIVAL, type Arrival } from '../ui/arrival.ts'
import type { Catalogue } from '../words/keys.ts'
import { SAY, sentences } from '../words/say.ts'
import { INSTITUTION, type PublicInstitution } from './institution.ts'
import Kiosk from './Kiosk.vue'
import { MANNER, type Manner } from './manner.ts'
import { createPages } from './router.ts'
import { TYPED } from './typed.ts'

export interface SiteAsk {
  institution: PublicInstitution
  manner: Manner
  catalogue: Catalogue
}

/** What an institution says otherwise, it says in Spanish. */
export const sayFor = ({ institution, manner, catalogue }: SiteAsk) =>
  sentences(catalogue, manner.language === 'es-MX' ? institution.texts : {})

/** The public site, alike on the server and in the browser. */
export function createSite(ask: SiteAsk, history: RouterHistory, typed: Map<string, string>) {
  const arrival: Arrival = { title: '', first: true }
  const router = createPages(ask.institution, ask.manner, history)
  const app = createSSRApp(Kiosk)
  app.use(createPinia()).use(router)
  app.provide(INSTITUTION, ask.institution).provide(MANNER, ask.manner).provide(SAY, sayFor(ask))
  app.provide(ARRIVAL, arrival).provide(TYPED, typed)
  return { app, router, arrival }
}
