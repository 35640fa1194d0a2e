import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blockAccount } from '../../api/accounts/block.ts'
import { closeAccount } from '../../api/accounts/close.ts'
import { expirePasswords } from '../../api/accounts/expire.ts'
import { redoLate } from '../../api/movements/late-mail.ts'
import type { Actor } from '../../api/movements/movement.ts'
import { type House, openHouse, type Person } from '../house.ts'
import { bookOf, mailsTo, takeUp } from '../movements/books.ts'
import { type Graph, startGraph } from '../servers/graph.ts'
import { needs } from '../servers/needs.ts'
import { missing } from '../servers/tls.ts'
import { guideYaml } from './graph-settings.ts'

const staff: Actor = { as: 'member:1', channel: 'staff' }

describe.skipIf(needs(missing))('an institution in Microsoft 365, set up as the guide says', () => {
  let graph: Graph
  let h: House
  beforeAll(async () => {
    graph = await startGraph()
    process.env.GRAPH_CLIENT_SECRET = graph.app.clientSecret
    h = await openHouse('PGlite', { institution: guideYaml(graph) })
  })
  afterAll(async () => {
    await h?.close()
    await graph?.stop()
    expect(graph?.strange).toEqual([])
  })

  const lastMail = (her: Person) => mailsTo(h, her).at(-1) ?? { account: '', password: '' }
  const accountOf = async (her: Person) => (await bookOf(h, her)).account_id
  const age = async (her: Person, hours: number) =>
    h.look(`update credential_issue set issued_at = issued_at - interval '${hours} hours',
      expires_at = expires_at - interval '${hours} hours' where account_id = '${await accountOf(her)}'`)
  async function created() {
    const her = await h.person()
    const done = await h.visitor().goThrough(her)
    expect(done.body).toMatchObject({ act: 'create', state: 'done' })
    return { her, held: lastMail(her) }
  }

  test('a worker creates her account and resets it; what was mailed last signs in, and Microsoft asks for her own', async () => {
    const { her, held } = await created()
    expect(await graph.signsIn(held.account, held.password)).toBe(true)
    const user = [...graph.users.values()].find(one => one.userPrincipalName === held.account)
    expect(user).toMatchObject({
      onPremisesExtensionAttributes: { extensionAttribute1: her.claim.curp },
      passwordProfile: { forceChangePasswordNextSignIn: true },
      assignedLicenses: [{ skuId: graph.skus[0]?.skuId }],
    })
    expect(h.smtp.mails.find(({ to }) => to.includes(her.alternate))?.text).toContain(
      'https://www.office.com',
    )
    await age(her, 1)
    expect((await h.visitor().goThrough(her)).body).toMatchObject({ act: 'reset', state: 'done' })
    expect(await graph.signsIn(held.account, held.password)).toBe(false)
    expect(await graph.signsIn(held.account, lastMail(her).password)).toBe(true)
  })

  test('GRA-21 what Microsoft calls its answer stands in her movement', async () => {
    const { her } = await created()
    const { id } = await bookOf(h, her)
    const [step] = await h.look<{ reference: string }>(
      `select * from movement_step where movement_id = '${id}'`,
    )
    const last = graph.calls.at(-1)
    expect(step?.reference).toBe(`${last?.requestId} ${last?.headers['client-request-id']}`)
  })

  test('our page knows nobody’s password: whoever asks, and for whatever account, hears the same', async () => {
    const { held } = await created()
    const own = 'el volcán duerme de noche'
    const right = await h.visitor().changePassword(held.account, held.password, own)
    const wrong = await h.visitor().changePassword(held.account, 'no es la suya', own)
    const nobody = await h.visitor().changePassword('nadie.nunca@colima.example', 'no es la suya', own)
    const said = [right, wrong, nobody].map(({ status, body }) => ({ status, code: body.code }))
    expect(said).toEqual(Array(3).fill({ status: 403, code: 'not-verified' }))
    expect(await graph.signsIn(held.account, held.password)).toBe(true)
  })

  test('a temporary password that nobody claimed is taken away; block and close are done there', async () => {
    const { her, held } = await created()
    await age(her, 25)
    await expirePasswords(h.ctx)
    expect(await graph.signsIn(held.account, held.password)).toBe(false)
    const account = await accountOf(her)
    expect((await blockAccount(h.ctx, staff, { account, reason: 'oficio 11' })).state).toBe('done')
    const user = [...graph.users.values()].find(one => one.userPrincipalName === held.account)
    expect(user).toMatchObject({ accountEnabled: false })
    expect((await closeAccount(h.ctx, staff, { account, reason: 'oficio 12' })).state).toBe('done')
    expect(user?.deletedAt).toBeDefined()
  })

  test('SEC-39 what the desk does to an account ends what is open in Microsoft with it', async () => {
    const [ana, bea] = [await h.person(), await h.person()]
    const desk = await h.member('operator')
    const oficio = { number: 'DP/0231/2026', date: '2026-11-20', sender: 'Mtra. Ana Ruiz Peña' }
    const made = await desk.ask('POST', '/api/accounts', {
      ...{ kind: 'service', unit: 'Programa de Inglés', name: 'ingles', person: ana.id, oficio },
    })
    expect(made.body, made.text).toMatchObject({ state: 'done' })
    const account = `/api/accounts/${made.body.accountId}`
    const { account: address, password } = lastMail(ana)
    expect(await graph.signsIn(address, password)).toBe(true)
    const ended = async (method: 'POST' | 'PUT', act: string, more: object) => {
      graph.calls.length = 0
      const said = await desk.ask(method, `${account}/${act}`, { oficio, reason: 'llamó', ...more })
      expect(said.body, said.text).toMatchObject({ state: 'done' })
      return graph.calls.filter(({ path, status }) => path.at(-1) === 'revokeSignInSessions' && status < 300)
    }
    expect(await ended('POST', 'password-resets', {})).toHaveLength(1)
    expect(await ended('POST', 'reassignments', { to: bea.id, reason: undefined })).toHaveLength(1)
    expect(await graph.signsIn(address, lastMail(bea).password)).toBe(true)
    expect(await ended('PUT', 'block', { oficio: undefined })).toHaveLength(1)
    expect(await graph.signsIn(address, lastMail(bea).password)).toBe(false)
  })

  test('who was there before us, with her CURP and her name, is hers: a reset, and no second account', async () => {
    const her = await h.person()
    const { nombre, primer_apellido: surname } = her.row
    const attribute = { extensionAttribute1: her.claim.curp ?? '' }
    const displayName = `${nombre} ${surname}`
    const userPrincipalName = 'antes@colima.example'
    graph.plant({ userPrincipalName, displayName, onPremisesExtensionAttributes: attribute })
    const before = graph.users.size
    const done = await h.visitor().goThrough(her)
    expect(done.body).toMatchObject({ act: 'reset', state: 'done' })
    expect(graph.users.size).toBe(before)
    const { account, password } = lastMail(her)
    expect(account).toBe(userPrincipalName)
    expect(await graph.signsIn(account, password)).toBe(true)
  })

  test('GRA-03 somebody has her address as another of his: staff are told which property it is', async () => {
    const her = await h.person({ nombre: 'Zoila', primer_apellido: 'Conflicto' })
    const address = 'zoila.conflicto@colima.example'
    graph.plant({ userPrincipalName: 'otro@colima.example', proxyAddresses: [`smtp:${address}`] })
    await h.visitor().identify(her)
    const visitor = h.visitor()
    await visitor.identify(her)
    expect((await visitor.confirm()).body).toMatchObject({ state: 'in-progress' })
    const book = await bookOf(h, her)
    expect(book).toMatchObject({ state: 'needs-attention', problem: 'conflict' })
    const [step] = await h.look(`select outcome from movement_step where movement_id = '${book.id}'`)
    expect(step).toEqual({ outcome: 'proxyAddresses' })
  })

  test('GRA-02 somebody else has her address there: she gets the next one', async () => {
    const her = await h.person()
    const visitor = h.visitor()
    await visitor.identify(her)
    graph.faults(({ method, path, body }) => {
      if (method === 'POST' && path.length === 1) graph.plant({ userPrincipalName: body.userPrincipalName })
      graph.faults()
      return undefined
    })
    graph.calls.length = 0
    const first = (await visitor.confirm()).body.state
    if (first !== 'done') await takeUp(h, her)
    const { account, password } = lastMail(her)
    const tried = graph.calls.filter(({ method, path }) => method === 'POST' && path.length === 1)
    expect(tried.map(({ body }) => body.userPrincipalName).at(-1)).toBe(account)
    expect(await graph.signsIn(account, password)).toBe(true)
  })

  test('GRA-05 a reset that Microsoft forbids: staff reads why, she hears nothing of it', async () => {
    const { her, held } = await created()
    await age(her, 1)
    const user = [...graph.users.values()].find(one => one.userPrincipalName === held.account)
    if (user) user.privileged = true
    const visitor = h.visitor()
    await visitor.identify(her)
    const heard = await visitor.confirm()
    expect(heard.text).not.toMatch(/Authorization|denied|403/)
    const book = await bookOf(h, her)
    expect(book).toMatchObject({ state: 'needs-attention', problem: 'not-permitted', attempts: 1 })
    const [step] = await h.look<{ outcome: string }>(
      `select * from movement_step where movement_id = '${book.id}'`,
    )
    expect(step?.outcome).toBe('PATCH user: Authorization_RequestDenied')
  })

  test('REL-37 told to wait while she resets: the movement waits that long and not less', async () => {
    const { her, held } = await created()
    await age(her, 1)
    const visitor = h.visitor()
    await visitor.identify(her)
    graph.faults(({ method }) => (method === 'GET' ? { status: 429, retryAfter: 3 } : undefined))
    const since = await h.look<{ at: Date }>('select now() as at')
    expect((await visitor.confirm()).body).toMatchObject({ state: 'in-progress' })
    graph.faults()
    const { id, attempts } = await bookOf(h, her)
    expect(attempts).toBe(0) // to wait as one was told is no failed try
    const [due] = await h.look<{ next_at: Date }>(`select next_at from movement where id = '${id}'`)
    expect(Number(due?.next_at) - Number(since[0]?.at)).toBeGreaterThanOrEqual(3000)
    await new Promise(done => setTimeout(done, 3200))
    await takeUp(h, her)
    expect(await graph.signsIn(held.account, lastMail(her).password)).toBe(true)
    expect(graph.early()).toBe(0)
  })

  test('a change that was on its way while another worker took over is made good: the last mail signs in', async () => {
    const { her, held } = await created()
    await age(her, 1)
    const visitor = h.visitor()
    await visitor.identify(her)
    const { promise: until, resolve: arrives } = Promise.withResolvers<void>()
    let onItsWay = false
    graph.faults(({ method }) => {
      if (method !== 'PATCH' || onItsWay) return undefined
      onItsWay = true
      return { until }
    })
    const confirming = visitor.confirm()
    await expect.poll(() => onItsWay).toBe(true)
    await takeUp(h, her)
    const between = lastMail(her).password
    expect(await graph.signsIn(held.account, between)).toBe(true)
    arrives()
    await confirming
    expect(await graph.signsIn(held.account, between)).toBe(false)
    const { id } = await bookOf(h, her)
    const [job] = await h.look<{ n: number }>(
      `select count(*)::int as n from pgboss.job where name = 'late-mail' and data->>'id' = '${id}'`,
    )
    expect(job?.n).toBe(1)
    await redoLate(h.ctx, id)
    await takeUp(h, her)
    expect(await graph.signsIn(held.account, lastMail(her).password)).toBe(true)
    expect(await bookOf(h, her)).toMatchObject({ state: 'done' })
  })
})
