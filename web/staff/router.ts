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
  /** The screen of the menu that it belongs to, where its own path does not say so. */
  under?: string
}

/** Every screen and who may see it; those of the menu in its order. */
export const screens: Screen[] = [
  { path: '/entrar', may: 'anyone', load: () => import('./sign-in/SignIn.vue') },
  { path: '/proveedor', may: 'anyone', load: () => import('./sign-in/FromProvider.vue') },
  { path: '/', may: 'member', menu: 'menu.desk', load: () => import('./desk/Desk.vue') },
  { path: '/crear', may: 'account.create', menu: 'menu.create', load: () => import('./create/Create.vue') },
  { path: '/buscar', may: 'account.find', menu: 'menu.edit', load: () => import('./accounts/Search.vue') },
  {
    path: '/cuentas/:id',
    may: 'account.find',
    under: '/buscar',
    load: () => import('./accounts/OneAccount.vue'),
  },
  {
    path: '/personas',
    may: 'contact.write',
    menu: 'menu.contacts',
    load: () => import('./people/People.vue'),
  },
  { path: '/personas/:id', may: 'account.find', load: () => import('./people/OnePerson.vue') },
  {
    path: '/mi-centro',
    may: 'contact.vouch',
    menu: 'menu.ownStaff',
    load: () => import('./people/OwnStaff.vue'),
  },
  { path: '/mi-centro/:id', may: 'contact.vouch', load: () => import('./people/Vouch.vue') },
  {
    path: '/movimientos',
    may: 'movement.find',
    menu: 'menu.movements',
    load: () => import('./movements/Movements.vue'),
  },
  { path: '/movimientos/:folio', may: 'movement.find', load: () => import('./movements/OneMovement.vue') },
  {
    path: '/movimientos/:folio/oficio',
    may: 'oficio.write',
    load: () => import('./oficios/DraftOficio.vue'),
  },
  { path: '/oficios', may: 'oficio.read', menu: 'menu.oficios', load: () => import('./oficios/Oficios.vue') },
  { path: '/oficios/registros', may: 'oficio.read', load: () => import('./oficios/Registers.vue') },
  { path: '/oficios/:id', may: 'oficio.read', load: () => import('./oficios/OneOficio.vue') },
  {
    path: '/aprobaciones',
    may: 'approval.decide',
    menu: 'menu.approvals',
    load: () => import('./decisions/Approvals.vue'),
  },
  {
    path: '/propuestas',
    may: 'proposal.decide',
    under: '/aprobaciones',
    load: () => import('./decisions/Proposals.vue'),
  },
  {
    path: '/sin-responsable',
    may: 'account.find',
    under: '/aprobaciones',
    load: () => import('./decisions/Orphans.vue'),
  },
  { path: '/accesos', may: 'member.read', menu: 'menu.members', load: () => import('./members/Members.vue') },
  { path: '/accesos/nuevo', may: 'member.write', load: () => import('./members/AddMember.vue') },
  { path: '/accesos/:id', may: 'member.read', load: () => import('./members/OneMember.vue') },
  { path: '/mi-acceso', may: 'member', load: () => import('./own/OwnAccess.vue') },
]

declare module 'vue-router' {
  interface RouteMeta {
    may?: May | 'anyone'
    under?: string | undefined
  }
}

export function createScreens(history: RouterHistory) {
  const router = createRouter({
    history,
    routes: [
      ...screens.map(({ path, may, under, load }) => ({
        path,
        meta: { may, under },
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
