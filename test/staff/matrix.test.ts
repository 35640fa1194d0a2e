import { describe, expect, test } from 'vitest'
import { type Role, roles } from '../../api/roles.ts'
import type { Route } from '../../api/route.ts'
import { oficio } from '../desk/oficio.ts'
import { allRoutes } from '../edge/contracts.ts'
import { type House, house, type Person, type StaffMember } from '../house.ts'

const { inHouse } = house({ institution: 'desk: { helpdeskResets: false }' })
const names = Object.keys(roles) as Role[]
const isStaff = ({ may }: Route) => may !== 'anyone' && may !== 'visitor'
const may = (role: Role, { may }: Route) =>
  may === 'member' || [may].flat().some(deed => (roles[role] as readonly string[]).includes(deed))
const staffRoutes = (await allRoutes()).filter(isStaff)
const lineOf = ({ method, path }: Route) => `${method} ${path}`

/** The matrix as it is printed for whoever answers for the service. */
function printed(): string {
  const rows = [...staffRoutes]
    .sort((a, b) =>
      lineOf(a).split(' ').reverse().join().localeCompare(lineOf(b).split(' ').reverse().join()),
    )
    .map(
      route => `| \`${lineOf(route)}\` | ${names.map(role => (may(role, route) ? 'sí' : '')).join(' | ')} |`,
    )
  return `# Quién puede qué

Cada ruta del personal y cada función. Lo que no dice «sí» se niega con 403; sin sesión, 401; lo que es de otra unidad, 404.
\`helpdesk\` restablece y reenvía solo donde la institución lo permite (\`desk.helpdeskResets\`).

| ruta | ${names.join(' | ')} |
|---|${names.map(() => '---|').join('')}
${rows.join('\n')}
`
}

test('SEC-122 the matrix of roles and routes is printed', async () => {
  expect(staffRoutes.length).toBeGreaterThan(60)
  await expect(printed()).toMatchFileSnapshot('../../docs/quien-puede-que.md')
})

test('SEC-124 the help desk changes nothing, an auditor reads, whoever administers runs no movement', () => {
  const changes = staffRoutes.filter(({ method, may }) => method !== 'GET' && may !== 'member')
  const open = (role: Role) => changes.filter(route => may(role, route)).flatMap(({ may }) => may)
  expect(new Set(open('helpdesk'))).toEqual(new Set(['person.unmask', 'movement.find']))
  expect(new Set(open('auditor'))).toEqual(new Set(['person.unmask', 'movement.find']))
  expect(new Set(open('admin'))).toEqual(new Set(['member.write']))
  // Neither a look-up that she keeps for herself nor a reason for reading is a change of anybody's account.
  const kept = changes.filter(({ may }) => may === 'movement.find').map(({ path }) => path)
  expect(new Set(kept)).toEqual(new Set(['/api/views', '/api/views/:id']))
})

/** One of each thing that a path can name, of a unit. */
interface Things {
  account: string
  person: string
  folio: string
  cct: string
}

async function thingsOf(h: House, person: Person, name: string, cct: string): Promise<Things> {
  const desk = await h.member('operator')
  const made = await desk.ask('POST', '/api/accounts', {
    ...{ kind: 'service', unit: name, name, person: person.id, oficio },
  })
  expect(made.status, made.text).toBe(201)
  return { account: made.body.accountId, person: person.id, folio: made.body.folio, cct }
}

const day = '2026-11-20'
const nobody = '00000000-0000-4000-8000-000000000000'

/** The path with what it names; undefined where it names nothing of anybody's. */
function named({ path }: Route, { account, person, folio }: Things): string | undefined {
  if (path.startsWith('/api/accounts/:id')) return path.replace(':id', account)
  if (path.startsWith('/api/persons/:id')) return path.replace(':id', person)
  if (path.includes('/movements/:folio')) return path.replace(':folio', folio)
  return undefined
}

/** For a path that names nothing of a unit: something that is not there. */
const unnamed = ({ path }: Route) =>
  path
    .replace('/proposals/:id', '/proposals/999999')
    .replace(':code', 'CT-RG.02')
    .replace(':folio', 'M-2026-ZZZZZZ')
    .replace(':id', nobody)

const queries: Record<string, string> = {
  '/api/accounts': '?q=nadie',
  '/api/persons': '?q=nadie',
  '/api/centres': '?q=nadie',
  '/api/accounts/addresses': '?kind=service&name=libre',
  '/api/accounts/addresses/next': '?kind=workCentre&centre=06DPR0104X',
  '/api/registers/:code/pdf': `?from=${day}&to=${day}`,
}

/** A body of the right shape, that changes nothing where the object is another's or where grounds are asked for. */
const bodies: Record<string, object> = {
  'POST /api/accounts': { kind: 'service' },
  'POST /api/accounts/:id/reassignments': { to: nobody },
  'POST /api/accounts/:id/closure': { confirm: 'otra@colima.example' },
  'POST /api/persons/:id/unmaskings': { reason: 'para probar' },
  'PUT /api/persons/:id/alternate-email': { address: 'sin arroba', check: 'INE', reason: 'para probar' },
  'POST /api/persons/:id/alternate-email/verification': { code: 'AAAAAAAA' },
  'DELETE /api/persons/:id/pause': { check: 'INE', reason: 'para probar' },
  'POST /api/movements/:folio/settlements': { how: 'retry', note: 'para probar' },
  'POST /api/views': { name: 'una', query: 'state=done' },
  'POST /api/approvals/:id/rejection': { reason: 'para probar' },
  'POST /api/proposals/:id/decision': { hers: false, reason: 'para probar' },
}

/** What the routes that end the session of who calls them are called last. */
const ends = (route: Route) => route.method === 'DELETE' && /^\/api\/sessions?(\/|$)/.test(route.path)

async function call(door: StaffMember, route: Route, things: Things) {
  const path = (named(route, things) ?? unnamed(route)) + (queries[route.path] ?? '')
  const body = route.method === 'GET' ? undefined : (bodies[lineOf(route)] ?? {})
  return door.ask(route.method, path, body)
}

const ownUnit = 'centre:06DPR0001X'

describe('every cell of the matrix', () => {
  inHouse(
    'SEC-122 SEC-124 SEC-128 is what the service answers, for an object of the own unit and for a foreign one',
    async h => {
      const [here, there] = [await h.person({ cct: '06DPR0001X' }), await h.person({ cct: '06DPR0002X' })]
      const own = await thingsOf(h, here, 'propia-matriz', '06DPR0001X')
      const foreign = await thingsOf(h, there, 'ajena-matriz', '06DPR0002X')
      let cells = 0
      for (const role of names) {
        for (const route of [...staffRoutes].filter(route => !ends(route))) {
          const door = await h.member(role, { units: [ownUnit] })
          for (const things of [own, foreign]) {
            const said = await call(door, route, things)
            const cell = `${role} ${lineOf(route)} ${things === own ? 'own' : 'foreign'}: ${said.text.slice(0, 200)}`
            cells++
            expect(said.status, cell).toBeLessThan(500)
            if (!may(role, route)) expect([said.status, said.body?.code], cell).toEqual([403, 'not-allowed'])
            else {
              expect([401, 421], cell).not.toContain(said.status)
              expect(said.body?.code, cell).not.toBe('not-allowed')
              const isNamed = named(route, things) !== undefined
              if (isNamed && things === foreign && said.status < 400) throw new Error(cell)
            }
          }
        }
      }
      expect(cells).toBe(names.length * staffRoutes.filter(route => !ends(route)).length * 2)
      const [after] = await h.look(`select state, version from account where id = '${foreign.account}'`)
      expect(after).toEqual({ state: 'active', version: 1 })
    },
    300_000,
  )

  inHouse('without a session every one of them says so, whatever is sent', async h => {
    for (const route of staffRoutes) {
      const visitor = h.visitor()
      const said = await visitor.ask(route.method, unnamed(route), route.method === 'GET' ? undefined : {})
      expect([said.status, said.body?.code], lineOf(route)).toEqual([401, 'not-signed-in'])
    }
  })
})
