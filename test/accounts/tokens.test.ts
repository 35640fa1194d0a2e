import { expect } from 'vitest'
import { issueActivationKey } from '../../api/accounts/activation-key.ts'
import { allRoutes, filledPath } from '../edge/contracts.ts'
import { type House, house } from '../house.ts'
import { mailServers } from '../mail-server.ts'
import type { Visitor } from '../visitor.ts'
import { longAgo } from '../visits/rows.ts'
import { askForOne, choose, everything, holder, look, notMe, staff } from './by-link.ts'

const { onPostgres } = house({
  institution:
    'delivery: enlace\nlimits: { identifyFailures: { browser: [[1000, 1h]], source: [[1000, 1h]] } }',
})
const signsIn = mailServers()
const routes = await allRoutes()
const mine = 'las cigarras cantan en mayo'

/** Each kind of token that a person may hold, of four people so that none voids another. */
async function oneOfEach(h: House) {
  const [ana, eva, lía, sol] = [await holder(h), await holder(h), await holder(h), await holder(h)]
  for (const one of [ana, eva, sol]) await longAgo(h, one)
  const { link, folio } = await askForOne(h, ana)
  const { alert } = await askForOne(h, eva)
  const { key } = await issueActivationKey(h.ctx, staff, { account: lía.accountId })
  const visitor = h.visitor()
  expect((await visitor.identify(sol)).status).toBe(201)
  const visit = visitor.cookies.get('mci-visit') ?? ''
  const browser = visitor.cookies.get('mci-browser') ?? ''
  const claims = JSON.parse(Buffer.from(visit.split('.')[1] ?? '', 'base64url').toString())
  return {
    people: [ana, eva, lía, sol],
    tokens: { link, alert, key, visit, jti: claims.jti, browser, folio },
  }
}

const doors: Record<string, { opens: string[]; knock(h: House, token: string): ReturnType<typeof look> }> = {
  'POST /api/links': { opens: ['link', 'key'], knock: (h, token) => look(h.visitor(), token) },
  'POST /api/links/password': {
    opens: ['link', 'key'],
    knock: (h, token) => choose(h.visitor(), token, mine),
  },
  'POST /api/alerts': { opens: ['alert'], knock: (h, token) => notMe(h.visitor(), token) },
  'the cookie of a visit': {
    opens: ['visit'],
    knock: (h, token) => withCookie(h, token).ask('GET', '/api/visits/current'),
  },
  'a confirmation': { opens: ['visit'], knock: (h, token) => withCookie(h, token).confirm() },
  'a confirmation’s code': {
    opens: [],
    knock: (h, token) =>
      h.visitor().ask('POST', '/api/visits/current/confirmation', { code: token.slice(0, 40) }),
  },
}

function withCookie(h: House, token: string): Visitor {
  const visitor = h.visitor()
  visitor.cookies.set('mci-visit', token.replace(/\s/g, ''))
  return visitor
}

onPostgres('SEC-02 no token opens another door than its own, and knocking there changes nothing', async h => {
  const { people, tokens } = await oneOfEach(h)
  const states = () =>
    h.look(`select (select jsonb_agg(to_jsonb(l) order by l.id) from link l) as links,
      (select jsonb_agg(to_jsonb(p) order by p.id) from person p) as people,
      (select jsonb_agg(m.fence order by m.id) from mailbox m) as fences, (select count(*)::int from movement) as movements,
      (select count(*)::int from visit where confirmed_at is not null) as confirmed`)
  const before = await states()
  let knocks = 0
  for (const [door, { opens, knock }] of Object.entries(doors))
    for (const [name, token] of Object.entries(tokens).filter(([name]) => !opens.includes(name))) {
      const said = await knock(h, token)
      expect([410], `${name} at ${door}: ${said.text}`).toContain(said.status)
      knocks++
    }
  expect(knocks).toBeGreaterThan(30)
  expect(await states()).toEqual(before)
  for (const { account, own } of people) expect(await signsIn(h, account, own)).toBe(true)
  // And each opens its own, so that none was refused for being broken.
  expect((await look(h.visitor(), tokens.link)).status).toBe(200)
  expect((await look(h.visitor(), tokens.key)).status).toBe(200)
  expect((await withCookie(h, tokens.visit).ask('GET', '/api/visits/current')).status).toBe(200)
  expect((await notMe(h.visitor(), tokens.alert)).status).toBe(204)
})

onPostgres(
  'SEC-46 nothing that can be fetched, and no row of the database, holds a secret that was handed out',
  async h => {
    const { people, tokens } = await oneOfEach(h)
    const { folio: _, visit: cookie, ...bare } = tokens
    const hashes = await h.look<{ password: string }>(
      'select password from mailbox where password is not null',
    )
    const digests = await h.look<{ digest: string }>('select digest from link')
    expect(Math.min(hashes.length, digests.length)).toBeGreaterThanOrEqual(4)
    const secrets = [...Object.values(bare), tokens.key.replaceAll(' ', ''), ...people.map(({ own }) => own)]
    const kept = [...hashes.map(({ password }) => password), ...digests.map(({ digest }) => digest)]
    const pages = [
      '/',
      '/trabajador',
      '/confirmar',
      '/listo',
      '/contrasena',
      '/activar',
      '/no-fui-yo',
      '/no-hay',
    ]
    const paths = [
      ...routes.filter(({ method }) => method === 'GET').map(route => filledPath(route)),
      ...pages,
    ]
    expect(paths).toContain('/api/visits/current')
    for (const visitor of [h.visitor(), withCookie(h, cookie)])
      for (const path of paths) {
        const { text, headers } = await visitor.ask('GET', path)
        const own = { ...headers, 'set-cookie': '' } // a browser's own id
        for (const secret of [...secrets, ...kept])
          expect(text + JSON.stringify(own), path).not.toContain(secret)
      }
    const text = await everything(h)
    for (const secret of secrets.filter(one => one !== tokens.browser)) expect(text).not.toContain(secret)
  },
)
