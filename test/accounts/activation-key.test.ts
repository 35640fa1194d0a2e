import { expect } from 'vitest'
import { issueActivationKey } from '../../api/accounts/activation-key.ts'
import { blockAccount } from '../../api/accounts/block.ts'
import { closeAccount } from '../../api/accounts/close.ts'
import { definitions } from '../../api/jobs.ts'
import { resume } from '../../api/movements/resume.ts'
import { house } from '../house.ts'
import { mailServers } from '../mail-server.ts'
import { movementsOf } from '../visits/rows.ts'
import { askForOne, choose, everything, holder, look, mailed, staff } from './by-link.ts'

const { onPostgres } = house({ institution: 'delivery: enlace' })
const signsIn = mailServers()
const mine = 'el muelle huele a sal'

onPostgres('a key on paper is told once, opens her account once, and changes nothing before', async h => {
  const ana = await holder(h)
  const mails = h.smtp.mails.length
  const { key, expiresAt, folio } = await issueActivationKey(h.ctx, staff, {
    account: ana.accountId,
    reason: 'oficio 8',
  })
  expect(key).toMatch(/^([A-HJ-NP-Z2-9]{4} ){2}[A-HJ-NP-Z2-9]{4}$/)
  expect(Math.round((expiresAt.getTime() - Date.now()) / 86_400_000)).toBe(30)
  const [issued] = await h.look(
    `select kind, state, actor, reason, detail from movement where folio = '${folio}'`,
  )
  expect(issued).toEqual({
    kind: 'activation-key-issue',
    state: 'done',
    actor: 'member:1',
    reason: 'oficio 8',
    detail: {},
  })
  expect(h.smtp.mails.length).toBe(mails)
  expect(await signsIn(h, ana.account, ana.own)).toBe(true)
  const told = await look(h.visitor(), key)
  expect(told.body).toEqual({
    account: ana.account,
    purpose: 'activation',
    act: 'create',
    expiresAt: expiresAt.toISOString(),
  })
  expect((await choose(h.visitor(), key, mine)).status).toBe(204)
  expect(await signsIn(h, ana.account, mine)).toBe(true)
  expect(await signsIn(h, ana.account, ana.own)).toBe(false)
  expect((await choose(h.visitor(), key, 'otra frase bien larga')).body).toMatchObject({
    status: 410,
    code: 'used',
    at: expect.stringMatching(/Z$/),
  })
})

onPostgres('A04 a key is taken however people type it', async h => {
  const ana = await holder(h)
  const { key } = await issueActivationKey(h.ctx, staff, { account: ana.accountId })
  const plain = key.replaceAll(' ', '')
  const [one, two, three] = key.split(' ')
  for (const typed of [
    plain,
    plain.toLowerCase(),
    `${one}-${two}-${three}`,
    ` ${one}  ${two}\t${three} `,
    `${one}–${two}—${three}`,
  ])
    expect((await look(h.visitor(), typed)).status, typed).toBe(200)
  expect((await choose(h.visitor(), ` ${plain.toLowerCase()} `, mine)).status).toBe(204)
})

onPostgres('a newer key or link is in place of the older ones', async h => {
  const ana = await h.person()
  const { link } = await askForOne(h, ana)
  const [made] = await movementsOf(h, ana)
  const account = made?.account ?? ''
  const older = await issueActivationKey(h.ctx, staff, { account })
  expect((await look(h.visitor(), link)).body).toMatchObject({ status: 410, code: 'superseded' })
  const newer = await issueActivationKey(h.ctx, staff, { account })
  expect((await choose(h.visitor(), older.key, mine)).body).toMatchObject({ status: 410, code: 'superseded' })
  expect((await choose(h.visitor(), newer.key, mine)).status).toBe(204)
})

onPostgres('SEC-40 guesses at keys are counted on source and browser before they are looked at', async h => {
  const ana = await holder(h)
  const { key } = await issueActivationKey(h.ctx, staff, { account: ana.accountId })
  const guess = (n: number) => key.slice(0, -1) + 'ABCDEFGHJKLMNPQRSTUVWXYZ'.replace(key.at(-1) ?? '', '')[n]
  const browser = h.visitor()
  const statuses = []
  for (let n = 0; n < 9; n++) statuses.push((await choose(browser, guess(n), mine)).status)
  expect(statuses).toEqual([...Array(8).fill(410), 429])
  // A browser that forgets its cookie is still at the same address.
  const source = h.visitor()
  const fresh = []
  for (let n = 0; n < 31; n++) fresh.push((await look(h.visitor(source.from), guess(n % 20))).status)
  expect(fresh).toEqual([...Array(30).fill(410), 429])
  expect((await look(h.visitor(source.from), key)).status).toBe(429)
  expect((await choose(h.visitor(), key, mine)).status).toBe(204)
})

onPostgres(
  'SEC-41 a key opens nothing once its account is blocked or closed, and none is made for one that is',
  async h => {
    for (const act of [blockAccount, closeAccount]) {
      const ana = await holder(h)
      const { key } = await issueActivationKey(h.ctx, staff, { account: ana.accountId })
      await act(h.ctx, staff, { account: ana.accountId, reason: 'oficio 9' })
      expect((await choose(h.visitor(), key, mine)).body).toMatchObject({ status: 410, code: 'expired' })
      const code = act === blockAccount ? 'account-blocked' : 'not-found'
      await expect(issueActivationKey(h.ctx, staff, { account: ana.accountId })).rejects.toMatchObject({
        code,
      })
      expect(await signsIn(h, ana.account, mine)).toBe(false)
    }
    const nobody = '00000000-0000-0000-0000-000000000000'
    await expect(issueActivationKey(h.ctx, staff, { account: nobody })).rejects.toMatchObject({
      code: 'not-found',
    })
  },
)

onPostgres('SEC-145 a key that a dying node never told is replaced by one that nobody knows', async h => {
  const ana = await holder(h)
  const { key, folio } = await issueActivationKey(h.ctx, staff, { account: ana.accountId })
  const [row] = await h.look<{ id: string }>(`update movement set state = 'applying', finished_at = null,
    applied_at = null, lease_until = now(), next_at = now() where folio = '${folio}' returning id`)
  await h.look(`delete from link where movement_id = '${row?.id}'`)
  await resume(h.ctx, definitions, row?.id ?? '')
  const [after] = await h.look(`select state from movement where folio = '${folio}'`)
  expect(after?.state).toBe('done')
  expect((await look(h.visitor(), key)).body).toMatchObject({ status: 410, code: 'expired' })
  expect(await signsIn(h, ana.account, ana.own)).toBe(true)
})

onPostgres('SEC-23 SEC-145 no key stands in the database, in whatever spelling', async h => {
  const ana = await holder(h)
  const { key } = await issueActivationKey(h.ctx, staff, { account: ana.accountId })
  const text = await everything(h)
  expect(text).toContain(ana.row.curp)
  expect(mailed(h, ana).length).toBeGreaterThan(0)
  for (const typed of [key, key.replaceAll(' ', ''), key.replaceAll(' ', '-').toLowerCase()])
    expect(text).not.toContain(typed)
})
