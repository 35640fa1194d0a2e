import '../ui/style/index.css'
import { createWebHistory } from 'vue-router'
import type { PublicInstitution } from './institution.ts'
import { createSite } from './site.ts'
import { TOKENS, takeToken } from './token.ts'

const tokens = takeToken()
const institution = JSON.parse(document.getElementById('institution')?.textContent ?? '') as PublicInstitution
const inputs = document.querySelectorAll<HTMLInputElement>('#site input')
const typed = new Map([...inputs].map(({ name, value }) => [name, value]))

const { app, router } = createSite(institution, createWebHistory(), typed)
app.provide(TOKENS, tokens)
// Not awaited at the top: pages that come later import this very file, and would wait for it for ever.
void router.isReady().then(() => app.mount('#site'))
