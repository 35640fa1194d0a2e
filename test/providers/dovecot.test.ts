import { expect, it } from 'vitest'
import { blockAccount, unblockAccount } from '../../api/accounts/block.ts'
import { closeAccount } from '../../api/accounts/close.ts'
import { expirePasswords } from '../../api/accounts/expire.ts'
import type { Actor } from '../../api/movements/movement.ts'
import { type House, house, type Person } from '../house.ts'
import { mailServers } from '../mail-server.ts'
import { missing } from '../servers/dovecot.ts'
import { needs } from '../servers/needs.ts'
import { credentialsIn } from '../visitor.ts'

const { onPostgres } = house()
const signsIn = mailServers()
const withDovecot: typeof onPostgres = needs(missing) ? name => it.skip(name) : onPostgres
const staff: Actor = { as: 'member:1', channel: 'staff' }

interface Held {
  id: string
  account: string
  password: string
}

/** What the last mail to her says, and her account. */
async function lastMail(h: House, her: Person): Promise<Held> {
  const mail = h.smtp.mails.filter(({ to }) => to.includes(her.alternate)).at(-1)
  const { account, password } = credentialsIn(mail?.text ?? '')
  const [row] = await h.look<{ id: string }>(
    `select account_id as id from holding where person_id = '${her.id}' and "to" is null`,
  )
  return { id: row?.id ?? '', account, password }
}

async function created(h: House): Promise<{ her: Person; held: Held }> {
  const her = await h.person()
  await h.visitor().goThrough(her)
  return { her, held: await lastMail(h, her) }
}

/** As if her password had been handed out, and had ended, so long ago. */
const age = (h: House, { id }: Held, hours: number) =>
  h.look(`update credential_issue set issued_at = issued_at - interval '${hours} hours',
    expires_at = expires_at - interval '${hours} hours' where account_id = '${id}'`)
const ageEntry = (h: House, { account }: Held, hours: number) =>
  h.look(`update mailbox set password_until = password_until - interval '${hours} hours'
    where local || '@' || domain = '${account}'`)

const entryOf = async (h: House, { account }: Held) =>
  (
    await h.look<{ password: string | null }>(
      `select * from mailbox where local || '@' || domain = '${account}'`,
    )
  )[0]

withDovecot('the mailed password of a new account signs in over IMAP, in her turn her own one', async h => {
  const { held } = await created(h)
  expect(await signsIn(h, held.account, held.password)).toBe(true)
  const own = 'el volcán duerme de noche'
  expect((await h.visitor().changePassword(held.account, held.password, own)).status).toBe(204)
  expect(await signsIn(h, held.account, own)).toBe(true)
  expect(await signsIn(h, held.account, held.password)).toBe(false)
})

withDovecot('after a reset the old password is refused at once and the mailed one signs in', async h => {
  const { her, held } = await created(h)
  await age(h, held, 1)
  const done = await h.visitor().goThrough(her)
  expect(done.body).toMatchObject({ act: 'reset', state: 'done' })
  const now = await lastMail(h, her)
  expect(now.password).not.toBe(held.password)
  expect(await signsIn(h, held.account, held.password)).toBe(false)
  expect(await signsIn(h, held.account, now.password)).toBe(true)
})

withDovecot('a temporary password that nobody claimed ends by itself and is scrambled', async h => {
  const { held } = await created(h)
  await age(h, held, 25)
  await ageEntry(h, held, 25)
  expect(await signsIn(h, held.account, held.password)).toBe(false)
  await expirePasswords(h.ctx)
  expect(await entryOf(h, held)).toMatchObject({ password: null, password_until: null })
  const [issue] = await h.look(`select * from credential_issue where account_id = '${held.id}'`)
  expect(issue).toMatchObject({ claimed_at: null, expired_at: expect.any(Date) })
})

withDovecot('a password that she chose herself is never scrambled', async h => {
  const { held } = await created(h)
  const own = 'nadie más la conoce aquí'
  await h.visitor().changePassword(held.account, held.password, own)
  // Even where our rows forgot that she did.
  await h.look(`update credential_issue set claimed_at = null where account_id = '${held.id}'`)
  await age(h, held, 25)
  await expirePasswords(h.ctx)
  expect(await signsIn(h, held.account, own)).toBe(true)
  const [issue] = await h.look(`select * from credential_issue where account_id = '${held.id}'`)
  expect(issue).toMatchObject({ claimed_at: expect.any(Date), expired_at: null })
})

withDovecot('a temporary password expires also when she was blocked and unblocked meanwhile', async h => {
  const { held } = await created(h)
  await blockAccount(h.ctx, staff, { account: held.id, reason: 'oficio 9' })
  await unblockAccount(h.ctx, staff, { account: held.id, reason: 'oficio 10' })
  await age(h, held, 25)
  await ageEntry(h, held, 25)
  await expirePasswords(h.ctx)
  expect(await entryOf(h, held)).toMatchObject({ password: null })
})

withDovecot('a blocked account lets nobody in, until it is unblocked', async h => {
  const { held } = await created(h)
  await blockAccount(h.ctx, staff, { account: held.id, reason: 'oficio 11' })
  expect(await signsIn(h, held.account, held.password)).toBe(false)
  await unblockAccount(h.ctx, staff, { account: held.id, reason: 'oficio 12' })
  expect(await signsIn(h, held.account, held.password)).toBe(true)
})

withDovecot('a closed account lets nobody in', async h => {
  const { held } = await created(h)
  const row = await closeAccount(h.ctx, staff, { account: held.id, reason: 'oficio 13' })
  expect(row.state).toBe('done')
  expect(await signsIn(h, held.account, held.password)).toBe(false)
})
