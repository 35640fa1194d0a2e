import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EqualityFilter } from 'ldapts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blockAccount, unblockAccount } from '../../api/accounts/block.ts'
import { closeAccount } from '../../api/accounts/close.ts'
import { expirePasswords } from '../../api/accounts/expire.ts'
import { startJobs } from '../../api/jobs.ts'
import type { Actor } from '../../api/movements/movement.ts'
import { type House, openHouse, type Person } from '../house.ts'
import { type Directory, openHolder } from '../servers/directory.ts'
import { needs } from '../servers/needs.ts'
import { serverFolder } from '../servers/program.ts'
import { missing, startSlapd } from '../servers/slapd.ts'
import { credentialsIn } from '../visitor.ts'
import { bindPassword, guideYaml } from './ldap-settings.ts'

const staff: Actor = { as: 'member:1', channel: 'staff' }

describe.skipIf(needs(missing))(
  'an institution whose accounts live in slapd, set up as the guide says',
  () => {
    let directory: Directory
    let holder: ReturnType<typeof openHolder>
    let h: House
    beforeAll(async () => {
      directory = await startSlapd()
      holder = openHolder(directory)
      const ca = join(serverFolder('ca'), 'ca.pem')
      writeFileSync(ca, directory.ca)
      process.env.LDAP_BIND_PASSWORD = bindPassword
      const institution = guideYaml()
        .replace(/url: .*/, `url: ${directory.urls.tls}`)
        .replace('./ca.pem', ca)
      h = await openHouse('PGlite', { institution })
    })
    afterAll(async () => {
      await h?.close()
      await directory?.stop()
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
      expect(await holder.signsIn(held.account, held.password)).toBe(true)
      const [entry] = await holder.all(new EqualityFilter({ attribute: 'mail', value: held.account }))
      expect(entry).toMatchObject({ employeeNumber: her.claim.curp, pwdReset: 'TRUE' })
      expect(entry?.dn).toMatch(/,ou=docentes,ou=personas,dc=example,dc=mx$/)
      const [link] = await h.look(`select * from account_link where account_id = '${held.id}'`)
      expect(link).toMatchObject({
        provider: 'directorio',
        external_id: entry?.entryUUID,
        seen_as: held.account,
      })
    })

    test('she resets it: the old one is refused at once, the mailed one binds', async () => {
      const { her, held } = await created()
      await age(held, 1)
      const done = await h.visitor().goThrough(her)
      expect(done.body).toMatchObject({ act: 'reset', state: 'done' })
      const now = await lastMail(her)
      expect(await holder.signsIn(held.account, held.password)).toBe(false)
      expect(await holder.signsIn(held.account, now.password)).toBe(true)
    })

    test('she chooses her own on our page; an unknown account and a wrong password are answered alike', async () => {
      const { held } = await created()
      const own = 'el volcán duerme de noche'
      const wrong = await h.visitor().changePassword(held.account, 'no es la suya', own)
      const nobody = await h.visitor().changePassword('nadie.nunca@colima.example', 'no es la suya', own)
      expect([wrong.status, nobody.status]).toEqual([403, 403])
      expect((await h.visitor().changePassword(held.account, held.password, own)).status).toBe(204)
      expect(await holder.signsIn(held.account, own)).toBe(true)
      expect(await holder.signsIn(held.account, held.password)).toBe(false)
      await age(held, 25)
      await expirePasswords(h.ctx)
      expect(await holder.signsIn(held.account, own)).toBe(true)
    })

    test('a temporary password that nobody claimed is taken away', async () => {
      const { held } = await created()
      await age(held, 25)
      await expirePasswords(h.ctx)
      expect(await holder.signsIn(held.account, held.password)).toBe(false)
      const [entry] = await holder.all(new EqualityFilter({ attribute: 'mail', value: held.account }))
      expect(entry).not.toHaveProperty('userPassword')
    })

    test('blocked, unblocked, closed by staff', async () => {
      const { held } = await created()
      await blockAccount(h.ctx, staff, { account: held.id, reason: 'oficio 11' })
      expect(await holder.signsIn(held.account, held.password)).toBe(false)
      await unblockAccount(h.ctx, staff, { account: held.id, reason: 'oficio 12' })
      expect(await holder.signsIn(held.account, held.password)).toBe(true)
      const row = await closeAccount(h.ctx, staff, { account: held.id, reason: 'oficio 13' })
      expect(row.state).toBe('done')
      expect(await holder.signsIn(held.account, held.password)).toBe(false)
      const [entry] = await holder.all(new EqualityFilter({ attribute: 'mail', value: held.account }))
      expect(entry?.dn).toMatch(/,ou=cerradas,ou=personas,dc=example,dc=mx$/)
    })

    test('who was in the directory before us under another name is not made twice: her case is reviewed', async () => {
      const her = await h.person()
      directory.asRoot(`dn: uid=antes,ou=docentes,ou=personas,dc=example,dc=mx
objectClass: inetOrgPerson
uid: antes
cn: Antes
sn: Antes
mail: antes@colima.example
employeeNumber: ${her.claim.curp}
`)
      const known = await h.visitor().identify(her)
      expect(known.body).toMatchObject({ status: 409, code: 'needs-review' })
    })

    test('REL-18 the directory is down while she confirms: it is finished when it is back, with what was mailed last', async () => {
      const her = await h.person()
      const visitor = h.visitor()
      expect((await visitor.identify(her)).status).toBe(201)
      await directory.down()
      const confirmed = await visitor.confirm()
      expect(confirmed.body).toMatchObject({ act: 'create', state: 'in-progress' })
      expect(h.smtp.mails.filter(({ to }) => to.includes(her.alternate))).toEqual([])
      await directory.up()
      await startJobs(h.ctx)
      await h.smtp.waitFor(({ to }) => to.includes(her.alternate), 60_000)
      const held = await lastMail(her)
      expect(await holder.signsIn(held.account, held.password)).toBe(true)
    })
  },
)
