import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { createMemoryHistory } from 'vue-router'
import { writeDocument } from '../ui/document.ts'
import favicon from '../ui/favicon.svg?no-inline'
import { en } from '../words/en.ts'
import { esMX } from '../words/es-MX.ts'
import { sentenceKeys } from '../words/keys.ts'
import { SAY } from '../words/say.ts'
import { INSTITUTION, type PublicInstitution } from './institution.ts'
import { MANNER, type Manner, mannerQuery } from './manner.ts'
import NoScript from './NoScript.vue'
import { profileScreens } from './profiles.ts'
import { createSite, type SiteAsk, sayFor } from './site.ts'
import { openStation } from './station/open.ts'

/** Of the browser's build: put here by `build.ts`. */
declare const BUILT: {
  script: string
  css: string
  preloads: string[]
  english: string
  station: { styles: string[]; scripts: string[] }
}

export { sentenceKeys }
/** The style sheet of every page; what depends on the institution comes after it. */
export const css = BUILT.css

const catalogues = { 'es-MX': esMX, en }

/** The pages of an institution that can be rendered at start. */
export const paths = (institution: PublicInstitution): string[] => [
  '/',
  ...profileScreens(institution).map(({ path }) => path),
  ...['/confirmar', '/listo', '/contrasena', '/activar', '/no-fui-yo', '/accesibilidad'],
  // One page for every folio: which one it is, the browser asks.
  '/verificar/:folio',
  ...(institution.demo ? ['/demo'] : []),
]

interface Ask {
  path: string
  institution: PublicInstitution
  manner: Manner
  /** The whole style sheet, which stands in the page: its hash is in the page's policy. */
  style: string
}

/** A page as the browser gets it first: the whole document, readable before anything else has arrived. */
export async function render({ path, institution, manner, style }: Ask) {
  const ask = {
    institution,
    manner,
    catalogue: catalogues[manner.language],
    openStation: manner.kiosk ? openStation : undefined,
  }
  const { app, router, arrival } = createSite(ask, createMemoryHistory(), new Map())
  const query = mannerQuery(manner)
  await router.push(query ? `${path}?${query}` : path)
  await router.isReady()
  const sheet = createSSRApp(NoScript)
  sheet.provide(INSTITUTION, institution).provide(MANNER, manner).provide(SAY, sayFor(ask))
  const body = `<div id="site">${await renderToString(app)}</div>\n<noscript>${await renderToString(sheet)}</noscript>`
  const status = router.currentRoute.value.name === 'missing' ? 404 : 200
  return { html: page(arrival.title, body, style, ask), title: arrival.title, status }
}

function page(title: string, body: string, style: string, { institution, manner }: SiteAsk): string {
  const later = [
    ...(manner.language === 'en' ? [BUILT.english] : []),
    ...(manner.kiosk ? BUILT.station.scripts : []),
  ]
  const styles = manner.kiosk ? BUILT.station.styles : []
  return writeDocument({
    ...{ language: manner.language, title, favicon, style, body, script: BUILT.script, told: institution },
    root: manner.kiosk ? ' data-kiosk' : '',
    head: styles.map(sheet => `<link rel="stylesheet" href="${sheet}">`),
    preloads: [...BUILT.preloads, ...later],
  })
}
