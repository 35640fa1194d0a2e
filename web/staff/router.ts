import { createRouter, type RouterHistory } from 'vue-router'
import { Refused } from '../api.ts'
import type { StaffKey } from '../words/staff-keys.ts'
import Lost from './Lost.vue'
import { type May, useSession } from './session.ts'

interface Screen {
  path: string
  /** `anyone`: also who has not signed in. */
  may: May | 'anyone'
  load: () => Promise<unknown>
  /** Its line of the menu, where it has one. */
  menu?: StaffKey
}

/** Every screen and who may see it; those of the menu in its order. */
export const screens: Screen[] = [
  { path: '/entrar', may: 'anyone', load: () => import('./sign-in/SignIn.vue') },
  { path: '/proveedor', may: 'anyone', load: () => import('./sign-in/FromProvider.vue') },
  { path: '/', may: 'member', menu: 'menu.desk', load: () => import('./desk/Desk.vue') },
  {
    path: '/movimientos',
    may: 'movement.find',
    menu: 'menu.movements',
    load: () => import('./movements/Movements.vue'),
  },
  { path: '/movimientos/:folio', may: 'movement.find', load: () => import('./movements/OneMovement.vue') },
  { path: '/accesos', may: 'member.read', menu: 'menu.members', load: () => import('./members/Members.vue') },
  { path: '/accesos/nuevo', may: 'member.write', load: () => import('./members/AddMember.vue') },
  { path: '/accesos/:id', may: 'member.read', load: () => import('./members/OneMember.vue') },
  { path: '/mi-acceso', may: 'member', load: () => import('./own/OwnAccess.vue') },
]

declare module 'vue-router' {
  interface RouteMeta {
    may?: May | 'anyone'
  }
}

export function createScreens(history: RouterHistory) {
  const router = createRouter({
    history,
    routes: [
      ...screens.map(({ path, may, load }) => ({
        path,
        meta: { may },
        props: true,
        component: load as never,
      })),
      { path: '/:missing(.*)*', meta: { may: 'member' as const }, component: Lost },
    ],
  })
  router.beforeEach(async to => {
    const session = useSession()
    if (to.meta.may === 'anyone' || session.who) return true
    try {
      session.trouble = undefined
      if (await session.read()) return true
      return { path: '/entrar', query: to.fullPath === '/' ? {} : { volver: to.fullPath } }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      session.trouble = error.problem
      return true
    }
  })
  // A new build takes the place of the one that this page came from: its screens are fetched with a fresh page.
  router.onError((_, to) => location.assign(router.resolve(to).href))
  return router
}
