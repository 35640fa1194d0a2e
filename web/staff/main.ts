import './style/index.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { createWebHistory } from 'vue-router'
import { ARRIVAL } from '../ui/arrival.ts'
import { sentences } from '../words/say.ts'
import { staffEsMX } from '../words/staff-es-MX.ts'
import { INSTITUTION, type PublicInstitution } from './institution.ts'
import { openLook } from './look.ts'
import { createScreens } from './router.ts'
import Staff from './Staff.vue'
import { SAY } from './say.ts'

const institution = JSON.parse(document.getElementById('institution')?.textContent ?? '') as PublicInstitution

async function start() {
  openLook()
  const app = createApp(Staff)
  app.use(createPinia())
  app.provide(INSTITUTION, institution)
  app.provide(SAY, sentences(staffEsMX, institution.texts))
  app.provide(ARRIVAL, { title: '', first: true })
  const router = createScreens(createWebHistory('/personal'))
  app.use(router)
  await router.isReady()
  app.mount('#site')
}
// Not awaited at the top: screens that come later import this very file, and would wait for it for ever.
void start()
