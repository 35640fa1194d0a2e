import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { blockAccount, unblockAccount } from '../../api/accounts/block.ts'
import { closeAccount } from '../../api/accounts/close.ts'
import { definitions } from '../../api/jobs.ts'
import type { Actor } from '../../api/movements/movement.ts'
import { resume } from '../../api/movements/resume.ts'
import { openRegistry } from '../../api/providers/registry.ts'
import { type House, openHouse, type Person } from '../house.ts'
import { needs } from '../servers/needs.ts'
import { missing, type Postgres, postgresAt } from '../servers/postgres.ts'
import { startWebhook } from '../servers/webhook.ts'
import { bookOf, mailsTo, takeUp } from './books.ts'

const staff: Actor = { as: 'member:1', channel: 'staff' }
const outside = `recibos_${process.pid}`

/** The institution's receipts server: a table in a database of its own, and a portal that is told by webhook. */
const institution = (url: string, hook: { url: string }) => `
providers:
  buzones: { type: sql }
  recibos: { type: registry, url: "${url}", table: correos, columns: { address: correo, name: nombre, state: estado, folio: folio, fence: turno }, states: { active: ACTIVO, blocked: BLOQUEADO, closed: BAJA } }
  portal: { type: registry, url: "${hook.url}", secret: { env: PORTAL_SECRET }, report: true }
accounts:
  personal: { provider: [buzones, recibos, portal] }
  workCentre: { provider: [buzones, recibos] }
  service: { provider: [buzones, recibos] }
  function: { provider: [buzones, recibos] }
`

describe.skipIf(needs(missing))('systems that follow the directory', () => {
  let server: Postgres
  let hook: Awaited<ReturnType<typeof startWebhook>>
  let h: House
  beforeAll(async () => {
    server = postgresAt(inject('postgres'))
    await server.createDatabase(outside)
    await server.sql(
      'create table correos (correo text primary key, nombre text, estado text, folio text, turno bigint)',
      outside,
    )
    hook = await startWebhook()
    const env = { PORTAL_SECRET: hook.secret }
    h = await openHouse('PGlite', {
      institution: institution(server.url(outside), hook),
      env,
      pace: { patienceSeconds: 5 },
    })
  })
  afterAll(async () => {
    await h?.close()
    await hook?.stop()
    await server?.dropDatabase(outside)
  })

  const registered = async (account: string) =>
    (await server.sql(`select * from correos where correo = '${account}'`, outside))[0]
  const stepsOf = (her: Person) =>
    bookOf(h, her).then(({ id }) =>
      h.look<{ provider: string; state: string; outcome: string; attempt: number }>(
        `select provider, state, outcome, attempt from movement_step where movement_id = '${id}' order by ordinal`,
      ),
    )
  const fault = (status: number, headers: Record<string, string> = {}) => hook.answer({ status, headers })

  test('a worker creates her account: the receipts server and the portal know the address, and no secret', async () => {
    const her = await h.person({ nombre: "D'Artagnan Xóchitl" })
    await h.visitor().goThrough(her)
    const [mail] = mailsTo(h, her)
    const row = await registered(mail?.account ?? '')
    expect(row).toMatchObject({ estado: 'ACTIVO', folio: mail?.folio })
    expect(row?.nombre).toContain("D'Artagnan Xóchitl")
    const told = hook.noticed.filter(({ body }) => body?.address === mail?.account)
    expect(told).toMatchObject([
      { method: 'POST', signed: true, body: { state: 'active', kind: 'personal' } },
    ])
    expect(JSON.stringify([row, told])).not.toContain(mail?.password)
    expect((await stepsOf(her)).map(({ state }) => state)).toEqual(['applied', 'applied', 'applied'])
    expect(await bookOf(h, her)).toMatchObject({ state: 'done', problem: null, trailing: false })
  })

  test('blocked, unblocked, closed: they follow; a new password is none of their business', async () => {
    const her = await h.person()
    await h.visitor().goThrough(her)
    const { account_id: account } = await bookOf(h, her)
    const address = mailsTo(h, her)[0]?.account ?? ''
    const estado = async () => (await registered(address))?.estado
    const ask = { account, person: her.id, reason: 'oficio 3' }
    await blockAccount(h.ctx, staff, ask)
    expect([await estado(), hook.held.get(address)]).toEqual(['BLOQUEADO', 'blocked'])
    await unblockAccount(h.ctx, staff, ask)
    expect([await estado(), hook.held.get(address)]).toEqual(['ACTIVO', 'active'])
    const before = hook.noticed.length
    await h.look(
      `update credential_issue set issued_at = issued_at - interval '1 hour' where account_id = '${account}'`,
    )
    expect((await h.visitor().goThrough(her)).body.act).toBe('reset')
    expect(hook.noticed.length).toBe(before)
    await closeAccount(h.ctx, staff, ask)
    expect([await estado(), hook.held.get(address)]).toEqual(['BAJA', 'closed'])
    expect(await bookOf(h, her)).toMatchObject({ kind: 'account-closure', state: 'done' })
  })

  test('the portal is down: she has her account and her mail, may go on, and the portal is told when it is back', async () => {
    const her = await h.person()
    fault(503)
    const made = await h.visitor().goThrough(her)
    expect(made.body).toMatchObject({ act: 'create', state: 'done' })
    expect(mailsTo(h, her)).toHaveLength(1)
    expect(await bookOf(h, her)).toMatchObject({ state: 'applying', problem: 'unavailable', trailing: true })
    const creation = await bookOf(h, her)
    await h.look(`update credential_issue set issued_at = issued_at - interval '1 hour'`)
    const again = await h.visitor().goThrough(her)
    expect(again.body).toMatchObject({ act: 'reset', state: 'done' })
    hook.answer(undefined)
    await h.look(`update movement set next_at = now() where id = '${creation.id}'`)
    await resume(h.ctx, definitions, creation.id)
    const [now] = await h.look<{ state: string }>(`select state from movement where id = '${creation.id}'`)
    expect(now?.state).toBe('done')
    const account = mailsTo(h, her)[0]?.account ?? ''
    expect(hook.held.get(account)).toBe('active')
    expect(mailsTo(h, her)).toHaveLength(2)
  })

  test('what is told late tells the account as it is then, not as it was', async () => {
    const her = await h.person()
    fault(500)
    await h.visitor().goThrough(her)
    const creation = await bookOf(h, her)
    hook.answer(undefined)
    await blockAccount(h.ctx, staff, { account: creation.account_id, person: her.id, reason: 'oficio 4' })
    await h.look(`update movement set next_at = now() where id = '${creation.id}'`)
    await resume(h.ctx, definitions, creation.id)
    expect(hook.held.get(mailsTo(h, her)[0]?.account ?? '')).toBe('blocked')
  })

  test('the portal says when it may be asked again, and is not asked before', async () => {
    const her = await h.person()
    fault(429, { 'retry-after': '40' })
    await h.visitor().goThrough(her)
    const [wait] = await h.look<{ seconds: number }>(
      `select extract(epoch from next_at - now())::float as seconds from movement where person_id = '${her.id}'`,
    )
    expect(wait?.seconds).toBeGreaterThan(38)
    hook.answer(undefined)
    expect(await takeUp(h, her)).toMatchObject({ state: 'done' })
  })

  test('the portal refuses for good: her account stands, and staff see which system said what', async () => {
    const her = await h.person()
    fault(422)
    expect((await h.visitor().goThrough(her)).status).toBe(201)
    expect(await bookOf(h, her)).toMatchObject({ state: 'needs-attention', problem: 'not-permitted' })
    expect((await stepsOf(her)).at(-1)).toMatchObject({
      provider: 'portal',
      state: 'waiting',
      outcome: 'HTTP 422',
    })
    expect((await stepsOf(her)).map(({ state }) => state)).toEqual(['applied', 'applied', 'waiting'])
    hook.answer(undefined)
  })

  test('a portal that sends elsewhere is not followed there with what we know', async () => {
    const her = await h.person()
    const elsewhere = await startWebhook()
    fault(307, { location: elsewhere.url })
    await h.visitor().goThrough(her)
    expect(elsewhere.noticed).toEqual([])
    expect(await bookOf(h, her)).toMatchObject({ state: 'applying', problem: 'unavailable' })
    hook.answer(undefined)
    await elsewhere.stop()
    expect(await takeUp(h, her)).toMatchObject({ state: 'done' })
  })

  test('SEC-83 names that are statements stay names, in the table too; a late turn changes nothing', async () => {
    const settings = {
      type: 'registry' as const,
      url: server.url(outside),
      columns: { fence: 'turno', name: 'nombre' },
    }
    const { follower, stop } = openRegistry(settings, undefined, () => {})
    const account = {
      marker: 'x',
      kind: 'personal',
      address: 'tabla@colima.example',
      displayName: "'); drop table correos; --",
      state: 'active' as const,
      externalId: undefined,
      fence: 9_000_000,
      folio: 'M-2026-AAAAAA',
    }
    await follower?.follow(account)
    await follower?.follow({ ...account, state: 'blocked', fence: 1 })
    expect(await registered('tabla@colima.example')).toMatchObject({
      estado: 'active',
      nombre: account.displayName,
    })
    const held = await follower?.holds?.()
    expect(held).toContainEqual({ address: 'tabla@colima.example', state: 'active' })
    stop?.()
    const absent = openRegistry({ ...settings, table: 'no_existe' }, undefined, () => {})
    await expect(absent.follower?.follow(account)).rejects.toMatchObject({
      code: 'not-permitted',
      detail: 'SQLSTATE 42P01',
    })
    absent.stop?.()
  })

  test('the portal tells what it holds when asked with a signature', async () => {
    const portal = openRegistry(
      { type: 'registry', url: hook.url, secret: hook.secret, report: true },
      undefined,
      () => {},
    )
    expect(await portal.follower?.holds?.()).toEqual(
      [...hook.held].map(([address, state]) => ({ address, state })),
    )
    const stranger = openRegistry(
      { type: 'registry', url: hook.url, secret: 'whsec_AAAA', report: true },
      undefined,
      () => {},
    )
    await expect(stranger.follower?.holds?.()).rejects.toMatchObject({
      code: 'not-permitted',
      detail: 'HTTP 401',
    })
  })
})
