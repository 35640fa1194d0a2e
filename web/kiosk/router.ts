import {
  createRouter,
  type RouteLocation,
  type RouteLocationRaw,
  type Router,
  type RouterHistory,
  stringifyQuery,
} from 'vue-router'
import Confirm from './Confirm.vue'
import Identify from './Identify.vue'
import type { PublicInstitution } from './institution.ts'
import Missing from './Missing.vue'
import { type Manner, mannerQuery } from './manner.ts'
import { profileScreens } from './profiles.ts'
import Result from './Result.vue'
import Start from './Start.vue'
import type { Station } from './station.ts'

interface PagesAsk {
  institution: PublicInstitution
  manner: Manner
  station: Station | undefined
}

export function createPages({ institution, manner, station }: PagesAsk, history: RouterHistory) {
  const screens = profileScreens(institution)
  const only = screens.length === 1 && !station ? screens[0] : undefined
  const router = createRouter({
    history,
    parseQuery: () => ({}),
    stringifyQuery: query => [mannerQuery(manner), stringifyQuery(query)].filter(Boolean).join('&'),
    routes: [
      only ? { path: '/', redirect: only.path } : { path: '/', component: station?.Start ?? Start },
      ...screens.map(({ path, name }) => ({ path, component: Identify, props: { profile: name } })),
      { path: '/confirmar', component: Confirm },
      { path: '/listo', component: Result },
      { path: '/contrasena', component: () => import('./Password.vue') },
      { path: '/activar', component: () => import('./Activate.vue') },
      { path: '/no-fui-yo', component: () => import('./NotMe.vue') },
      { path: '/verificar/:folio', component: () => import('./Verify.vue') },
      { path: '/accesibilidad', component: () => import('./Accessibility.vue') },
      ...(institution.demo ? [{ path: '/demo', component: () => import('./demo/Demo.vue') }] : []),
      { path: '/:missing(.*)*', name: 'missing', component: Missing },
    ],
  })
  if (mannerQuery(manner)) keepManner(router)
  if (station) startClean(router, station)
  return router
}

/** Whoever goes back to a kiosk's start leaves nothing there. */
function startClean(router: Router, station: Station) {
  router.beforeEach(to => {
    if (to.path !== '/' || !station.keeps()) return true
    void station.wipe()
    return false
  })
}

/** Every address of the site says how it is shown, so that a link, a reload and «back» show it alike. */
function keepManner(router: Router) {
  const resolve = router.resolve as (to: RouteLocationRaw, from?: RouteLocation) => RouteLocation
  const told = (to: RouteLocation) => resolve({ path: to.path, hash: to.hash, query: {} })
  router.resolve = ((to: RouteLocationRaw, from?: RouteLocation) =>
    told(resolve(to, from))) as typeof router.resolve
  router.beforeEach(to => {
    const { fullPath } = told(to)
    return fullPath === to.fullPath || { path: to.path, hash: to.hash, query: {} }
  })
}
