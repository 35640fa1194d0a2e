import '../ui/style/index.css'
import { createWebHistory } from 'vue-router'
import { esMX } from '../words/es-MX.ts'
import type { PublicInstitution } from './institution.ts'
import type { Manner } from './manner.ts'
import { createSite } from './site.ts'
import { TOKENS, takeToken } from './token.ts'

const tokens = takeToken()
const { lang, dataset } = document.documentElement
const manner: Manner = { language: lang === 'en' ? 'en' : 'es-MX', kiosk: dataset.kiosk !== undefined }
const institution = JSON.parse(document.getElementById('institution')?.textContent ?? '') as PublicInstitution
const inputs = document.querySelectorAll<HTMLInputElement>('#site input')
const typed = new Map([...inputs].map(({ name, value }) => [name, value]))

async function start() {
  const catalogue = manner.language === 'en' ? (await import('../words/en.ts')).en : esMX
  const { app, router } = createSite({ institution, manner, catalogue }, createWebHistory(), typed)
  app.provide(TOKENS, tokens)
  await router.isReady()
  app.mount('#site')
}
// Not awaited at the top: pages that come later import this very file, and would wait for it for ever.
void start()
