import { createPinia } from 'pinia'
import { createSSRApp } from 'vue'
import type { RouterHistory } from 'vue-router'
import { ARRIVAL, type Arrival } from '../ui/arrival.ts'
import { SAY, sentences } from '../words/say.ts'
import { INSTITUTION, type PublicInstitution } from './institution.ts'
import Kiosk from './Kiosk.vue'
import { createPages } from './router.ts'
import { TYPED } from './typed.ts'

/** The public site, alike on the server and in the browser. */
export function createSite(
  institution: PublicInstitution,
  history: RouterHistory,
  typed: Map<string, string>,
) {
  const arrival: Arrival = { title: '', first: true }
  const router = createPages(institution, history)
  const app = createSSRApp(Kiosk)
  app.use(createPinia()).use(router)
  app.provide(INSTITUTION, institution).provide(SAY, sentences(institution.texts))
  app.provide(ARRIVAL, arrival).provide(TYPED, typed)
  return { app, router, arrival }
}
