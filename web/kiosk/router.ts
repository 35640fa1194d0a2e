import { createRouter, type RouterHistory } from 'vue-router'
import Confirm from './Confirm.vue'
import Identify from './Identify.vue'
import type { PublicInstitution } from './institution.ts'
import Missing from './Missing.vue'
import { profileScreens } from './profiles.ts'
import Result from './Result.vue'
import Start from './Start.vue'

export function createPages(institution: PublicInstitution, history: RouterHistory) {
  const screens = profileScreens(institution)
  const only = screens.length === 1 ? screens[0] : undefined
  return createRouter({
    history,
    routes: [
      only ? { path: '/', redirect: only.path } : { path: '/', component: Start },
      ...screens.map(({ path, name }) => ({ path, component: Identify, props: { profile: name } })),
      { path: '/confirmar', component: Confirm },
      { path: '/listo', component: Result },
      { path: '/contrasena', component: () => import('./Password.vue') },
      { path: '/activar', component: () => import('./Activate.vue') },
      { path: '/no-fui-yo', component: () => import('./NotMe.vue') },
      { path: '/accesibilidad', component: () => import('./Accessibility.vue') },
      ...(institution.demo ? [{ path: '/demo', component: () => import('./demo/Demo.vue') }] : []),
      { path: '/:missing(.*)*', name: 'missing', component: Missing },
    ],
  })
}
