import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { themeCss } from '../../api/institution/theme.ts'
import { titles } from '../../api/titles.ts'
import { type House, house, type Person } from '../house.ts'
import { abroad, visitorAbroad } from './abroad.ts'
import { allRoutes, filledPath } from './contracts.ts'
import { scripts } from './hostile.ts'
import { asText, openDoor, type RawReply, sendRaw } from './raw.ts'

const { onPostgres } = house({ env: abroad })
const routes = await allRoutes()
const host = 'correo.colima.example'
const assets = readdirSync(join(import.meta.dirname, '../../web/dist/publico/assets'))
const pages = [
  '/',
  '/trabajador',
  '/confirmar',
  '/listo',
  '/contrasena',
  '/activar',
  '/no-fui-yo',
  '/accesibilidad',
  '/personal',
  '/personal/movimientos',
]

type Headers = Record<string, unknown>

function expectSafe(headers: Headers, what: string): void {
  const policy = String(headers['content-security-policy'])
  for (const rule of ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
    expect(policy, what).toContain(rule)
  expect(policy, what).not.toMatch(/unsafe|\*/)
  expect(headers, what).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
  })
  expect(String(headers['permissions-policy']), what).toContain('camera=()')
  const years = Number(/max-age=(\d+)/.exec(String(headers['strict-transport-security']))?.[1])
  expect(years, what).toBeGreaterThanOrEqual(31_536_000)
  expect(Object.keys(headers), what).not.toContain('server')
  expect(Object.keys(headers), what).not.toContain('x-powered-by')
}

const isProblem = (body: string, code: string) => {
  const told = JSON.parse(body)
  expect(told).toMatchObject({ code, title: titles[code] })
}

onPostgres('SEC-154 SEC-155 every reply of every route is safe to show and is not kept', async h => {
  for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'] as const)
    for (const path of [
      ...routes.map(route => filledPath(route)),
      ...pages,
      '/no-hay',
      '/api/no-hay',
      '/assets/no-hay',
    ]) {
      const headers = { host, origin: abroad.PUBLIC_URL, accept: 'text/html' }
      const reply = await h.app.inject({ method, url: path, headers })
      expectSafe(reply.headers, `${method} ${path} ${reply.statusCode}`)
      expect(reply.headers['cache-control'], `${method} ${path}`).toBe('no-store')
      expect(reply.statusCode, `${method} ${path}`).toBeLessThan(500)
    }
})

onPostgres('SEC-154 SEC-155 a file of the pages is safe too, and kept for a year', async h => {
  expect(assets.length).toBeGreaterThan(3)
  for (const file of assets) {
    const reply = await h.app.inject({ url: `/assets/${file}`, headers: { host, 'accept-encoding': 'br' } })
    expect(reply.statusCode, file).toBe(200)
    expectSafe(reply.headers, file)
    expect(reply.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    if (/\.(js|css)$/.test(file)) {
      expect(reply.headers['content-encoding'], file).toBe('br')
      expect(reply.headers.vary, file).toMatch(/accept-encoding/i)
    }
  }
})

onPostgres(
  'a page carries its own style sheet, with the institution’s colour, and the policy lets that one through alone',
  async h => {
    for (const encoding of ['br', 'gzip', 'identity']) {
      const reply = await h.app.inject({ url: '/', headers: { host, 'accept-encoding': encoding } })
      const open = { br: brotliDecompressSync, gzip: gunzipSync, identity: (raw: Buffer) => raw }[encoding]
      const html = String(open?.(reply.rawPayload))
      const [, style = ''] = /<style>([^<]+)<\/style>/.exec(html) ?? []
      expect(style.endsWith(themeCss(h.ctx.institution)), encoding).toBe(true)
      const hash = createHash('sha256').update(style).digest('base64')
      expect(reply.headers['content-security-policy']).toContain(`style-src 'self' 'sha256-${hash}';`)
      expect(reply.headers.vary).toMatch(/accept-encoding/i)
    }
  },
)

onPostgres(
  'SEC-154 what is no request, no path or no size of ours is refused with the same headers',
  async h => {
    await openDoor(h)
    const own = [`host: ${host}`, `origin: ${abroad.PUBLIC_URL}`]
    const noise: [string, number, string][] = [
      [asText('GET /%ff', own), 400, 'malformed'],
      [asText('GET /api/%', own), 400, 'malformed'],
      [asText('GET /', ['host: mala.example']), 421, 'unknown-host'],
      [asText('GET /', []), 421, 'unknown-host'],
      [asText('GET /', [...own, `cookie: mci-visit=${'x'.repeat(100_000)}`]), 431, 'too-large'],
      ['GET / HTTP/1.1\r\nho st: x\r\n\r\n', 400, 'malformed'],
      ['hola\r\n\r\n', 400, 'malformed'],
      [asText('POST /api/visits', own, `"${'x'.repeat(70_000)}"`), 413, 'too-large'],
      [asText('GET /', [...own, 'transfer-encoding: chunked', 'content-length: 3']), 400, 'malformed'],
      [asText('DELETE /api/institution', own), 404, 'not-found'],
      [asText(`GET /${'x'.repeat(3000)}`, own), 404, 'not-found'],
    ]
    for (const [text, status, code] of noise) {
      const reply = await sendRaw(h, text)
      expect([reply.status, reply.headers['content-type']], text.slice(0, 60)).toEqual([
        status,
        'application/problem+json; charset=utf-8',
      ])
      expectSafe(reply.headers, text.slice(0, 60))
      expect(reply.headers['cache-control']).toBe('no-store')
      isProblem(reply.body, code)
      expect(reply.text).not.toMatch(/node_modules|\.ts:|mala\.example/)
    }
  },
)

onPostgres('SEC-26 the public port tells nothing of how it is made', async h => {
  const hidden = [
    '/metrics',
    '/health',
    '/healthz',
    '/readyz',
    '/docs',
    '/docs/',
    '/docs/json',
    '/openapi.json',
    '/api/openapi.json',
    '/api/demo',
    '/demo',
    '/.env',
    '/.git/HEAD',
    '/.vite/manifest.json',
    '/package.json',
    '/server/publico.js',
    '/assets/../server/publico.js',
    '/assets/%2e%2e/server/publico.js',
    '/assets/',
    '/..%2fpackage.json',
    '/api',
    '/api/',
    ...assets.filter(name => name.endsWith('.js')).map(name => `/assets/${name}.map`),
  ]
  for (const path of hidden)
    for (const accept of ['*/*', 'text/html']) {
      const reply = await h.app.inject({ url: path, headers: { host, accept } })
      expect(reply.statusCode, path).toBe(404)
      expect(reply.body, path).not.toMatch(/postgres|SECRET|node_modules|\d+\.\d+\.\d+/)
    }
  for (const name of assets.filter(name => /\.(js|css)$/.test(name)))
    expect(
      readFileSync(join(import.meta.dirname, '../../web/dist/publico/assets', name), 'utf8'),
      name,
    ).not.toMatch(/sourceMappingURL|\/work\/|\/root\/|process\.env/)
  const start = await h.app.inject({ url: '/', headers: { host } })
  expect(start.statusCode).toBe(200)
  expect(start.body).not.toMatch(/postgres|SECRET|localhost|version="/)
})

onPostgres('SEC-24 nothing that stands in a path, a query or a header comes back in a page', async h => {
  const accept = { host, accept: 'text/html' }
  const plain = await h.app.inject({ url: '/', headers: accept })
  const missing = await h.app.inject({ url: '/no-hay', headers: accept })
  const letter = await h.app.inject({ url: '/verificar/O-2026-ABCDEF', headers: accept })
  for (const text of scripts) {
    const sign = encodeURIComponent(text)
    // One page for whatever folio: what stands in the address is read by the browser alone.
    expect((await h.app.inject({ url: `/verificar/${sign}`, headers: accept })).body).toBe(letter.body)
    for (const page of pages) {
      const twice = await h.app.inject({
        url: `${page}?x=${sign}&modo=${sign}#${sign}`,
        headers: { ...accept, referer: sign },
      })
      const once = await h.app.inject({ url: page, headers: accept })
      expect(twice.body, page).toBe(once.body)
    }
    for (const path of [`/${sign}`, `/assets/${sign}`, `/${text.replaceAll(' ', '')}`]) {
      const reply = await h.app.inject({ url: path, headers: accept })
      expect([reply.statusCode, reply.body], path).toEqual([404, missing.body])
      expectSafe(reply.headers, path)
    }
    for (const route of routes) {
      const url = `${filledPath(route, sign)}?${sign}=${sign}`
      const body = { [text]: text, profile: text, account: text }
      const headers = { host, origin: abroad.PUBLIC_URL, 'x-evil': sign }
      const reply = await h.app.inject({
        method: route.method,
        url,
        headers,
        ...(route.body ? { payload: body } : {}),
      })
      expect(reply.headers['content-type'] ?? 'application/json', url).toMatch(/json/)
      expectSafe(reply.headers, url)
    }
  }
  expect(plain.body).not.toContain('alert(1)')
})

const evil = 'mala.example'
/** Twelve ways to say another name than ours. `{}` is the request line's path. */
const variants: { line: (path: string) => string; headers: string[]; status?: number }[] = [
  { line: path => path, headers: [`host: ${evil}`], status: 421 },
  { line: path => path, headers: [`host: ${host}`, `host: ${evil}`], status: 421 },
  { line: path => path, headers: [`host: ${host}.${evil}`], status: 421 },
  { line: path => path, headers: [`host: ${host}:443@${evil}`], status: 421 },
  { line: path => `https://${evil}${path}`, headers: [`host: ${host}`], status: 421 },
  { line: path => path, headers: [`host: ${host}`, `x-forwarded-host: ${evil}`] },
  { line: path => path, headers: [`host: ${host}`, `forwarded: host=${evil};proto=http;for=1.2.3.4`] },
  {
    line: path => path,
    headers: [`host: ${host}`, `x-forwarded-proto: http`, `x-forwarded-server: ${evil}`],
  },
  { line: path => path, headers: [`host: ${host}`, `x-original-url: https://${evil}/`] },
  { line: path => path, headers: [`host: ${host}`, `x-rewrite-url: https://${evil}/`, `x-host: ${evil}`] },
  { line: path => path, headers: [`host: ${host}`, `referer: https://${evil}/`] },
  { line: path => path, headers: [`host: ${host}`, `origin: https://${evil}`], status: 403 },
]

async function goThrough(
  h: House,
  { claim }: Person,
  variant: (typeof variants)[number],
): Promise<RawReply[]> {
  const origin = variant.headers.some(line => line.startsWith('origin'))
    ? []
    : [`origin: ${abroad.PUBLIC_URL}`]
  const ask = (path: string, body: object, cookie: string[] = []) =>
    sendRaw(
      h,
      asText(`POST ${variant.line(path)}`, [...variant.headers, ...origin, ...cookie], JSON.stringify(body)),
    )
  const known = await ask('/api/visits', { profile: 'worker', claim })
  const visit = /__Host-mci-visit=[^;]+/.exec(known.text)?.[0]
  return [known, await ask('/api/visits/current/confirmation', {}, visit ? [`cookie: ${visit}`] : [])]
}

onPostgres('SEC-05 no name that a request brings along stands in a mail, a header or a reply', async h => {
  await openDoor(h)
  const people = await h.people(variants.length)
  for (const act of ['create', 'reset'])
    for (const [at, variant] of variants.entries()) {
      const who = people[at] as Person
      const replies = await goThrough(h, who, variant)
      const what = `${act} ${variant.headers.join(' | ')}`
      for (const reply of replies) {
        expect(reply.text, what).not.toContain(evil)
        expect(reply.headers.location, what).toBeUndefined()
      }
      const statuses = replies.map(({ status }) => status)
      expect(statuses, what).toEqual(variant.status ? [variant.status, variant.status] : [201, 201])
      if (variant.status && act === 'create') await visitorAbroad(h, '10.77.5.1').goThrough(who)
      await h.look("update credential_issue set issued_at = issued_at - interval '1 h'")
    }
  const mails = h.smtp.mails.filter(({ to }) => people.some(({ alternate }) => to.includes(alternate)))
  expect(mails.length).toBe(variants.length + variants.filter(({ status }) => !status).length)
  for (const mail of mails) {
    expect(mail.raw + mail.html + mail.text).not.toContain(evil)
    expect(mail.text).toContain(abroad.PUBLIC_URL)
  }
})
