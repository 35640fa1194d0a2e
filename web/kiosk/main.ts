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

/** On a kiosk a new page takes the place of the one before: there is nothing to go back to. */
function openHistory() {
  const history = createWebHistory()
  if (manner.kiosk) history.push = history.replace
  return history
}

async function start() {
  const [catalogue, kiosk] = await Promise.all([
    manner.language === 'en' ? import('../words/en.ts').then(({ en }) => en) : esMX,
    manner.kiosk ? import('./station/open.ts') : undefined,
  ])
  const ask = { institution, manner, catalogue, openStation: kiosk?.openStation }
  const { app, router } = createSite(ask, openHistory(), typed)
  app.provide(TOKENS, tokens)
  await router.isReady()
  app.mount('#site')
}
// Not awaited at the top: pages that come later import this very file, and would wait for it for ever.
void start()
