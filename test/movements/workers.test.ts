import { afterAll, expect } from 'vitest'
import { resetPassword } from '../../api/accounts/reset.ts'
import { type Context, createContext, type Pace } from '../../api/context.ts'
import { definitions, startJobs } from '../../api/jobs.ts'
import { heldFor } from '../../api/movements/lease.ts'
import type { Actor } from '../../api/movements/movement.ts'
import { resume, sweep } from '../../api/movements/resume.ts'
import { type House, house } from '../house.ts'
import { mailServers } from '../mail-server.ts'
import { bookOf, mailsTo, takeUp, told } from './books.ts'

const hurried = { leaseSeconds: 1, backoffSeconds: 1, backoffCapSeconds: 1, greylistSeconds: 1 }
const { onPostgres } = house({ env: { WORK: 'off' }, pace: { ...hurried, patienceSeconds: 1 } })
const signsIn = mailServers()
const staff: Actor = { as: 'member:1', channel: 'staff' }

const workers = new Set<Context>()
afterAll(async () => {
  for (const worker of workers) await worker.close()
})

/** Another process' worth of workers on the house's database. */
async function openWorker(h: House, pace: Partial<Pace> = {}): Promise<Context> {
  const worker = await createContext({ ...h.ctx.config, work: 'only' }, h.ctx.log, {
    pace: { ...hurried, ...pace },
  })
  workers.add(worker)
  await startJobs(worker)
  return worker
}

async function leave(worker: Context) {
  workers.delete(worker)
  await worker.close()
}

onPostgres(
  'a node that serves only leaves the act to the workers, and says that it is in progress',
  async h => {
    const her = await h.person()
    expect((await h.visitor().goThrough(her)).body).toMatchObject({ state: 'in-progress' })
    expect(await bookOf(h, her)).toMatchObject({ state: 'intended', attempts: 0 })
    expect(await takeUp(h, her)).toMatchObject({ state: 'done', attempts: 1 })
  },
)

onPostgres('WORK=off and WORK=only over one database: she gets «done» from the worker’s work', async h => {
  const worker = await openWorker(h)
  h.ctx.pace.patienceSeconds = 20
  const her = await h.person()
  expect((await h.visitor().goThrough(her)).body).toMatchObject({ state: 'done' })
  h.ctx.pace.patienceSeconds = 1
  const [mail] = mailsTo(h, her)
  expect(await signsIn(h, mail?.account ?? '', mail?.password ?? '')).toBe(true)
  await leave(worker)
})

onPostgres('what the queue lost is found again by the sweep', async h => {
  const her = await h.person()
  await h.visitor().goThrough(her)
  await h.look(`delete from pgboss.job where name = 'movement'`)
  await sweep(h.ctx)
  const [job] = await h.look<{ data: { id: string } }>(`select data from pgboss.job where name = 'movement'`)
  expect(job?.data.id).toBe((await bookOf(h, her)).id)
  await h.look(`delete from pgboss.job where name = 'movement'`)
  const worker = await openWorker(h)
  await expect.poll(async () => (await bookOf(h, her)).state, { timeout: 15_000 }).toBe('done')
  await leave(worker)
})

onPostgres('whoever finds a lease that ends just then comes again; nobody does for what is over', async h => {
  const her = await h.person()
  await h.visitor().goThrough(her)
  const { id } = await bookOf(h, her)
  await h.look(`update movement set lease_until = now() - interval '1 millisecond' where id = '${id}'`)
  expect(await heldFor(h.ctx, id)).toBe(1)
  expect(await takeUp(h, her)).toMatchObject({ state: 'done' })
  expect(await heldFor(h.ctx, id)).toBeUndefined()
})

onPostgres('forty that wait are worked on side by side, not one a second', async h => {
  const people = await h.people(40)
  for (const her of people) {
    const visitor = h.visitor()
    await visitor.identify(her)
    visitor.confirm().catch(() => {})
  }
  const left = `select count(*)::int as n from movement where state in ('intended', 'applying', 'delivering')`
  await expect.poll(async () => (await h.look(left))[0]?.n, { timeout: 20_000 }).toBe(40)
  let atOnce = 0
  h.smtp.answer({ delayMs: 200 })
  const worker = await openWorker(h, { leaseSeconds: 5 })
  await expect
    .poll(
      async () => {
        atOnce = Math.max(atOnce, worker.busy.size)
        return (await h.look(left))[0]?.n
      },
      { timeout: 30_000, interval: 50 },
    )
    .toBe(0)
  h.smtp.answer()
  expect(atOnce).toBeGreaterThan(5)
  await leave(worker)
})

onPostgres('a mail server slower than the lease costs nobody her movement: one mail, one try', async h => {
  const her = await h.person()
  h.smtp.answer(({ to }) => (to === her.alternate ? { delayMs: 3000 } : {}))
  const [one, other] = [await openWorker(h), await openWorker(h)]
  await h.visitor().goThrough(her)
  await expect.poll(async () => (await bookOf(h, her)).state, { timeout: 20_000 }).toBe('done')
  h.smtp.answer()
  expect(await bookOf(h, her)).toMatchObject({ attempts: 1, sends: 1 })
  expect(mailsTo(h, her)).toHaveLength(1)
  await leave(one)
  await leave(other)
})

onPostgres('a graceful stop lets what is under way end', async h => {
  const her = await h.person()
  h.smtp.answer(({ to }) => (to === her.alternate ? { delayMs: 1500 } : {}))
  const worker = await openWorker(h)
  await h.visitor().goThrough(her)
  await h.smtp.waitFor(({ to }) => to.includes(her.alternate))
  await leave(worker)
  expect(await bookOf(h, her)).toMatchObject({ state: 'done', attempts: 1 })
  h.smtp.answer()
})

onPostgres('a node that does not know a kind yet leaves it to one that does', async h => {
  const her = await h.person()
  await h.visitor().goThrough(her)
  const { id } = await bookOf(h, her)
  await resume(h.ctx, [], id)
  expect(await bookOf(h, her)).toMatchObject({ state: 'intended', problem: 'unknown-kind' })
  expect(await takeUp(h, her)).toMatchObject({ state: 'done' })
})

onPostgres('REL-05 a stale worker writes nothing: neither steps, nor links, nor the outcome', async h => {
  const her = await h.person()
  const { promise: rcptUntil, resolve: letGo } = Promise.withResolvers<void>()
  h.smtp.answer(({ to, attempt }) => (to === her.alternate && attempt === 1 ? { rcptUntil } : {}))
  await h.visitor().goThrough(her)
  const { id } = await bookOf(h, her)
  const first = resume(h.ctx, definitions, id)
  await expect.poll(() => h.smtp.recipients.includes(her.alternate), { timeout: 10_000 }).toBe(true)
  // As if the first had said nothing for longer than its lease.
  const second = await takeUp(h, her)
  expect(second).toMatchObject({ state: 'done', attempts: 2 })
  letGo()
  await first
  const after = await bookOf(h, her)
  expect(after).toMatchObject({ state: 'done', fence: second.fence, attempts: 2 })
  expect(await told(h, after)).toEqual([
    'intended',
    'applying',
    'delivering',
    'applying',
    'delivering',
    'done',
  ])
  expect(mailsTo(h, her)).toHaveLength(2)
  // Its mail came last, with a password that is dead: the act is done once more.
  const worker = await openWorker(h)
  await expect.poll(async () => mailsTo(h, her).length, { timeout: 15_000 }).toBe(3)
  await expect.poll(async () => (await bookOf(h, her)).state, { timeout: 15_000 }).toBe('done')
  const [stale, good, last] = mailsTo(h, her)
  expect(await signsIn(h, last?.account ?? '', last?.password ?? '')).toBe(true)
  for (const old of [stale, good])
    expect(await signsIn(h, old?.account ?? '', old?.password ?? '')).toBe(false)
  await leave(worker)
})

onPostgres('a late mail undoes nothing that was done since', async h => {
  const her = await h.person()
  const { promise: rcptUntil, resolve: letGo } = Promise.withResolvers<void>()
  h.smtp.answer(({ to, attempt }) => (to === her.alternate && attempt === 1 ? { rcptUntil } : {}))
  await h.visitor().goThrough(her)
  const { id, account_id: account } = await bookOf(h, her)
  const first = resume(h.ctx, definitions, id)
  await expect.poll(() => h.smtp.recipients.includes(her.alternate), { timeout: 10_000 }).toBe(true)
  expect((await takeUp(h, her)).state).toBe('done')
  await resetPassword(h.ctx, staff, { account, person: her.id })
  expect(await takeUp(h, her)).toMatchObject({ kind: 'password-reset', state: 'done' })
  letGo()
  await first
  const worker = await openWorker(h)
  const done = `select count(*)::int as n from pgboss.job where name = 'late-mail' and state = 'completed' and data->>'id' = '${id}'`
  await expect.poll(async () => (await h.look(done))[0]?.n, { timeout: 15_000 }).toBe(1)
  await leave(worker)
  expect(mailsTo(h, her)).toHaveLength(3)
  const reset = mailsTo(h, her).find(({ folio }) => folio !== mailsTo(h, her)[0]?.folio)
  expect(await signsIn(h, reset?.account ?? '', reset?.password ?? '')).toBe(true)
})
