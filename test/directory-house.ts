import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blockAccount, unblockAccount } from '../api/accounts/block.ts'
import { closeAccount } from '../api/accounts/close.ts'
import { expirePasswords } from '../api/accounts/expire.ts'
import { startJobs } from '../api/jobs.ts'
import type { Actor } from '../api/movements/movement.ts'
import { type House, openHouse, type Person } from './house.ts'
import { credentialsIn } from './visitor.ts'

export const staff: Actor = { as: 'member:1', channel: 'staff' }

/** A directory set up as its guide says, and what the institution's file says of it. */
interface Setting {
  institution: string
  /** Asks whoever lets people in. */
  signsIn(address: string, password: string): Promise<boolean>
  down(): Promise<void>
  up(): Promise<void>
  stop(): Promise<void>
}

/** What the tests of one directory stand on. */
export interface Place<S extends Setting> {
  h: House
  at: S
  lastMail(her: Person): Promise<{ id: string; account: string; password: string }>
  /** Somebody whose account was just made. */
  created(): Promise<{ her: Person; held: { id: string; account: string; password: string } }>
  /** As if her temporary password had been handed out so long ago. */
  age(held: { id: string }, hours: number): Promise<unknown>
}

/** What people and staff go through at an institution whose accounts live in a real directory; `more` is said of this one alone. */
export function directoryHouse<S extends Setting>(
  name: string,
  absent: boolean,
  open: () => Promise<S>,
  more: (place: () => Place<S>) => void,
): void {
  describe.skipIf(absent)(`an institution whose accounts live in ${name}, set up as the guide says`, () => {
    let place: Place<S>
    beforeAll(async () => {
      place = await enter(await open())
    })
    afterAll(async () => {
      await place?.h.close()
      await place?.at.stop()
    })

    test('she resets it: the old one is refused at once, the mailed one binds', async () => {
      const { h, at, created, age, lastMail } = place
      const { her, held } = await created()
      await age(held, 1)
      const done = await h.visitor().goThrough(her)
      expect(done.body).toMatchObject({ act: 'reset', state: 'done' })
      const now = await lastMail(her)
      expect(await at.signsIn(held.account, held.password)).toBe(false)
      expect(await at.signsIn(held.account, now.password)).toBe(true)
    })

    test('she chooses her own on our page; an unknown account and a wrong password are answered alike', async () => {
      const { h, at, created, age } = place
      const { held } = await created()
      const own = 'el volcán duerme de noche'
      const wrong = await h.visitor().changePassword(held.account, 'no es la suya', own)
      const nobody = await h.visitor().changePassword('nadie.nunca@colima.example', 'no es la suya', own)
      expect([wrong.status, nobody.status]).toEqual([403, 403])
      expect((await h.visitor().changePassword(held.account, held.password, own)).status).toBe(204)
      expect(await at.signsIn(held.account, own)).toBe(true)
      expect(await at.signsIn(held.account, held.password)).toBe(false)
      await age(held, 25)
      await expirePasswords(h.ctx)
      expect(await at.signsIn(held.account, own)).toBe(true)
    })

    test('blocked, unblocked, closed by staff', async () => {
      const { h, at, created } = place
      const { held } = await created()
      await blockAccount(h.ctx, staff, { account: held.id, reason: 'oficio 11' })
      expect(await at.signsIn(held.account, held.password)).toBe(false)
      await unblockAccount(h.ctx, staff, { account: held.id, reason: 'oficio 12' })
      expect(await at.signsIn(held.account, held.password)).toBe(true)
      const row = await closeAccount(h.ctx, staff, { account: held.id, reason: 'oficio 13' })
      expect(row.state).toBe('done')
      expect(await at.signsIn(held.account, held.password)).toBe(false)
    })

    more(() => place)

    test('REL-18 it is down while she confirms: the act is finished when it is back, with what was mailed last', async () => {
      const { h, at, lastMail } = place
      const her = await h.person()
      const visitor = h.visitor()
      expect((await visitor.identify(her)).status).toBe(201)
      await at.down()
      const confirmed = await visitor.confirm()
      expect(confirmed.body).toMatchObject({ act: 'create', state: 'in-progress' })
      expect(h.smtp.mails.filter(({ to }) => to.includes(her.alternate))).toEqual([])
      await at.up()
      await startJobs(h.ctx)
      await h.smtp.waitFor(({ to }) => to.includes(her.alternate), 60_000)
      const held = await lastMail(her)
      expect(await at.signsIn(held.account, held.password)).toBe(true)
    })
  })
}

async function enter<S extends Setting>(at: S): Promise<Place<S>> {
  const h = await openHouse('PGlite', { institution: at.institution })
  const lastMail: Place<S>['lastMail'] = async her => {
    const mail = h.smtp.mails.filter(({ to }) => to.includes(her.alternate)).at(-1)
    const { account, password } = credentialsIn(mail?.text ?? '')
    const [row] = await h.look<{ id: string }>(
      `select account_id as id from holding where person_id = '${her.id}' and "to" is null`,
    )
    return { id: row?.id ?? '', account, password }
  }
  return {
    h,
    at,
    lastMail,
    async created() {
      const her = await h.person()
      const done = await h.visitor().goThrough(her)
      expect(done.body).toMatchObject({ act: 'create', state: 'done' })
      return { her, held: await lastMail(her) }
    },
    age: ({ id }, hours) =>
      h.look(`update credential_issue set issued_at = issued_at - interval '${hours} hours',
        expires_at = expires_at - interval '${hours} hours' where account_id = '${id}'`),
  }
}
