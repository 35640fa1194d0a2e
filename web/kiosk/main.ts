import '../ui/style/index.css'
import { createWebHistory } from 'vue-router'
import type { PublicInstitution } from './institution.ts'
import { createSite } from './site.ts'

const institution = JSON.parse(document.getElementById('institution')?.textContent ?? '') as PublicInstitution
const inputs = document.querySelectorAll<HTMLInputElement>('#site input')
const typed = new Map([...inputs].map(({ name, value }) => [name, value]))

const { app, router } = createSite(institution, createWebHistory(), typed)
await router.isReady()
app.mount('#site')
