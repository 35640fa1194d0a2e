import { expect } from 'vitest'
import { type House, house } from '../house.ts'
import { mailServers } from '../mail-server.ts'
import { bookOf, mailsTo, takeUp } from './books.ts'

const { inHouse } = house()
const signsIn = mailServers()
const own = 'la laguna de noche brilla'

async function holder(h: House) {
  const her = await h.person()
  await h.visitor().goThrough(her)
  const [mail] = mailsTo(h, her)
  return { her, account: mail?.account ?? '', mailed: mail?.password ?? '' }
}

/** The books as a node leaves them that dies between the directory's answer and its own commit. */
const asACrashLeavesIt = (h: House, id: string) =>
  h.look(
    `update movement set state = 'applying', finished_at = null, applied_at = null, lease_until = now() where id = '${id}'`,
  )

inHouse('a node dies after her own password arrived: it is found there, and never replaced', async h => {
  const { her, account, mailed } = await holder(h)
  expect((await h.visitor().changePassword(account, mailed, own)).status).toBe(204)
  const { id } = await bookOf(h, her)
  await asACrashLeavesIt(h, id)
  await h.look(
    `update credential_issue set claimed_at = null where account_id = (select account_id from movement where id = '${id}')`,
  )
  expect(await takeUp(h, her)).toMatchObject({ kind: 'password-change', state: 'done', attempts: 2 })
  expect(await signsIn(h, account, own)).toBe(true)
  const [issue] = await h.look(
    `select claimed_at from credential_issue i join movement m using (account_id) where m.id = '${id}'`,
  )
  expect(issue?.claimed_at).toBeInstanceOf(Date)
})

inHouse(
  'a node dies before her own password arrived: nothing changed, it is over, and no other password is made',
  async h => {
    const { her, account, mailed } = await holder(h)
    const entry = `local || '@' || domain = '${account}'`
    const [before] = await h.look<{ password: string; fence: string }>(
      `select password, fence from mailbox where ${entry}`,
    )
    await h.visitor().changePassword(account, mailed, own)
    const { id } = await bookOf(h, her)
    await asACrashLeavesIt(h, id)
    await h.look(
      `update mailbox set password = '${before?.password}', fence = ${before?.fence} where ${entry}`,
    )
    expect(await takeUp(h, her)).toMatchObject({ state: 'failed', problem: 'interrupted' })
    expect(await signsIn(h, account, mailed)).toBe(true)
    expect(await signsIn(h, account, own)).toBe(false)
    expect(mailsTo(h, her)).toHaveLength(1)
  },
)

/** From now on our own rows about her password cannot be written, `times` times. */
async function breakOurRows(h: House, times: number) {
  await h.look('create sequence broken')
  await h.look(`create function break_rows() returns trigger security definer language plpgsql as $$
    begin if nextval('broken') <= ${times} then raise exception 'broken'; end if; return new; end $$`)
  await h.look(
    'create trigger break_rows before update on credential_issue for each row execute function break_rows()',
  )
}
const mendOurRows = async (h: House) => {
  await h.look('drop function break_rows cascade')
  await h.look('drop sequence broken')
}

inHouse(
  'her own password arrived and our books stumbled: the directory is asked at once and she hears the truth',
  async h => {
    const { her, account, mailed } = await holder(h)
    await breakOurRows(h, 1)
    const answer = await h.visitor().changePassword(account, mailed, own)
    await mendOurRows(h)
    expect(answer.status).toBe(204)
    expect(await bookOf(h, her)).toMatchObject({ state: 'done', attempts: 2 })
    expect(await signsIn(h, account, own)).toBe(true)
  },
)

inHouse(
  'while nobody can tell she hears «not now» with a folio, and the books get it right later',
  async h => {
    const { her, account, mailed } = await holder(h)
    await breakOurRows(h, 2)
    const answer = await h.visitor().changePassword(account, mailed, own)
    await mendOurRows(h)
    const book = await bookOf(h, her)
    expect(answer.body).toMatchObject({ code: 'not-available', folio: book.folio })
    expect(book).toMatchObject({ state: 'applying', problem: 'unexpected' })
    expect(await takeUp(h, her)).toMatchObject({ state: 'done', problem: null })
    expect(await signsIn(h, account, own)).toBe(true)
  },
)
