import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { blockAccount, unblockAccount } from '../../api/accounts/block.ts'
import { closeAccount } from '../../api/accounts/close.ts'
import { expirePasswords } from '../../api/accounts/expire.ts'
import { startJobs } from '../../api/jobs.ts'
import type { Actor } from '../../api/movements/movement.ts'
import { type House, openHouse, type Person } from '../house.ts'
import { needs } from '../servers/needs.ts'
import { serverFolder } from '../servers/program.ts'
import { missing, root, type Samba, service, startSamba } from '../servers/samba.ts'
import { credentialsIn } from '../visitor.ts'
import { docentes, group, guideYaml, openPeople } from './active-directory-settings.ts'

const staff: Actor = { as: 'member:1', channel: 'staff' }

describe.skipIf(needs(missing))(
  'an institution whose accounts live in Active Directory, set up as the guide says',
  () => {
    let samba: Samba
    let people: ReturnType<typeof openPeople>
    let h: House
    beforeAll(async () => {
      samba = await startSamba(inject('samba'))
      people = openPeople(samba)
      const ca = join(serverFolder('ca'), 'ca.pem')
      writeFileSync(ca, samba.ca)
      process.env.AD_BIND_PASSWORD = service.password
      const institution = guideYaml()
        .replace(/url: .*/, `url: ${samba.urls.tls}`)
        .replace('./ca.pem', ca)
      h = await openHouse('PGlite', { institution })
    })
    afterAll(async () => {
      await h?.close()
      await samba?.stop()
    })

    async function lastMail(her: Person) {
      const mail = h.smtp.mails.filter(({ to }) => to.includes(her.alternate)).at(-1)
      const { account, password } = credentialsIn(mail?.text ?? '')
      const [row] = await h.look<{ id: string }>(
        `select account_id as id from holding where person_id = '${her.id}' and "to" is null`,
      )
      return { id: row?.id ?? '', account, password }
    }
    async function created() {
      const her = await h.person()
      const done = await h.visitor().goThrough(her)
      expect(done.body).toMatchObject({ act: 'create', state: 'done' })
      return { her, held: await lastMail(her) }
    }
    const age = ({ id }: { id: string }, hours: number) =>
      h.look(`update credential_issue set issued_at = issued_at - interval '${hours} hours',
      expires_at = expires_at - interval '${hours} hours' where account_id = '${id}'`)

    test('a worker creates her account; what was mailed binds, and her CURP stands in her entry', async () => {
      const { her, held } = await created()
      expect(await people.signsIn(held.account, held.password)).toBe(true)
      const [entry, ...others] = await people.withMail(held.account)
      expect(others).toEqual([])
      expect(entry).toMatchObject({ employeeNumber: her.claim.curp, memberOf: group })
      expect(entry?.dn.endsWith(`,${docentes}`)).toBe(true)
      const [link] = await h.look(`select * from account_link where account_id = '${held.id}'`)
      expect(link).toMatchObject({ provider: 'dominio', seen_as: held.account })
      expect(await h.ctx.providers.get('dominio')?.look(String(link?.external_id))).toMatchObject({
        seenAs: held.account,
      })
    })

    test('she resets it: the old one is refused at once, the mailed one binds', async () => {
      const { her, held } = await created()
      await age(held, 1)
      const done = await h.visitor().goThrough(her)
      expect(done.body).toMatchObject({ act: 'reset', state: 'done' })
      const now = await lastMail(her)
      expect(await people.signsIn(held.account, held.password)).toBe(false)
      expect(await people.signsIn(held.account, now.password)).toBe(true)
    })

    test('she chooses her own on our page; an unknown account and a wrong password are answered alike', async () => {
      const { held } = await created()
      const own = 'el volcán duerme de noche'
      const wrong = await h.visitor().changePassword(held.account, 'no es la suya', own)
      const nobody = await h.visitor().changePassword('nadie.nunca@colima.example', 'no es la suya', own)
      expect([wrong.status, nobody.status]).toEqual([403, 403])
      expect((await h.visitor().changePassword(held.account, held.password, own)).status).toBe(204)
      expect(await people.signsIn(held.account, own)).toBe(true)
      expect(await people.signsIn(held.account, held.password)).toBe(false)
      await age(held, 25)
      await expirePasswords(h.ctx)
      expect(await people.signsIn(held.account, own)).toBe(true)
    })

    test('a temporary password that nobody claimed is taken away; she stays in the domain', async () => {
      const { held } = await created()
      await age(held, 25)
      await expirePasswords(h.ctx)
      expect(await people.signsIn(held.account, held.password)).toBe(false)
      const [entry] = await people.withMail(held.account)
      expect(entry).toMatchObject({ userAccountControl: '512' })
    })

    test('blocked, unblocked, closed by staff', async () => {
      const { held } = await created()
      await blockAccount(h.ctx, staff, { account: held.id, reason: 'oficio 11' })
      expect(await people.signsIn(held.account, held.password)).toBe(false)
      await unblockAccount(h.ctx, staff, { account: held.id, reason: 'oficio 12' })
      expect(await people.signsIn(held.account, held.password)).toBe(true)
      const row = await closeAccount(h.ctx, staff, { account: held.id, reason: 'oficio 13' })
      expect(row.state).toBe('done')
      expect(await people.signsIn(held.account, held.password)).toBe(false)
      const [entry] = await people.withMail(held.account)
      expect(entry?.dn).toMatch(/,OU=Cerradas,OU=Cuentas,DC=example,DC=mx$/)
    })

    test('who was in the domain before us is not made twice: her case is reviewed', async () => {
      const her = await h.person()
      await people.open(root.dn, root.password, client =>
        client.add(`CN=Antes,${docentes}`, {
          objectClass: 'user',
          sAMAccountName: 'antes',
          mail: 'antes@colima.example',
          employeeNumber: her.claim.curp ?? '',
        }),
      )
      const known = await h.visitor().identify(her)
      expect(known.body).toMatchObject({ status: 409, code: 'needs-review' })
    })

    test('REL-18 the domain is down while she confirms: it is finished when it is back, with what was mailed last', async () => {
      const her = await h.person()
      const visitor = h.visitor()
      expect((await visitor.identify(her)).status).toBe(201)
      await samba.down()
      const confirmed = await visitor.confirm()
      expect(confirmed.body).toMatchObject({ act: 'create', state: 'in-progress' })
      expect(h.smtp.mails.filter(({ to }) => to.includes(her.alternate))).toEqual([])
      await samba.up()
      await startJobs(h.ctx)
      await h.smtp.waitFor(({ to }) => to.includes(her.alternate), 60_000)
      const held = await lastMail(her)
      expect(await people.signsIn(held.account, held.password)).toBe(true)
    })
  },
)
