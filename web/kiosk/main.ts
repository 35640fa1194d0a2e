import '../ui/style/index.css'
import { createWebHistory } from 'vue-router'
import { esMX } from '../words/es-MX.ts'
import type { PublicInstitution } from './institution.ts'
import type { Manner } from './manner.ts'
import { createSite } from './site.ts'
import { TOKENS, takeToken } from './token.ts'
import { heedSending, readTyped } from './typed.ts'

const tokens = takeToken()
const { lang, dataset } = document.documentElement
const manner: Manner = { language: lang === 'en' ? 'en' : 'es-MX', kiosk: dataset.kiosk !== undefined }
const institution = JSON.parse(document.getElementById('institution')?.textContent ?? '') as PublicInstitution
const site = document.getElementById('site') as HTMLElement
const sendWhatWasSent = heedSending(site)

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
  const typed = new Map<string, string>()
  const { app, router } = createSite(ask, openHistory(), typed)
  app.provide(TOKENS, tokens)
  await router.isReady()
  // Only now: whoever typed while a part of the page was still on its way has typed into the very same fields.
  readTyped(site, typed)
  app.mount(site)
  sendWhatWasSent()
}
// Not awaited at the top: pages that come later import this very file, and would wait for it for ever.
void start()
