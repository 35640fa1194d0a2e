import { EqualityFilter } from 'ldapts'
import { expect, test } from 'vitest'
import { closeAccount } from '../../api/accounts/close.ts'
import { expirePasswords } from '../../api/accounts/expire.ts'
import { directoryHouse, staff } from '../directory-house.ts'
import { openHolder } from '../servers/directory.ts'
import { needs } from '../servers/needs.ts'
import { missing, startSlapd } from '../servers/slapd.ts'
import { guideInstitution } from './ldap-settings.ts'

async function open() {
  const directory = await startSlapd()
  const institution = guideInstitution(directory)
  const holder = openHolder(directory)
  const withMail = (address: string) =>
    holder.all(new EqualityFilter({ attribute: 'mail', value: address })).then(([entry]) => entry)
  return { ...directory, institution, signsIn: holder.signsIn, withMail }
}

directoryHouse('slapd', needs(missing), open, place => {
  test('a worker creates her account; what was mailed binds, and her CURP stands in her entry', async () => {
    const { h, at, created } = place()
    const { her, held } = await created()
    expect(await at.signsIn(held.account, held.password)).toBe(true)
    const entry = await at.withMail(held.account)
    expect(entry).toMatchObject({ employeeNumber: her.claim.curp, pwdReset: 'TRUE' })
    expect(entry?.dn).toMatch(/,ou=docentes,ou=personas,dc=example,dc=mx$/)
    const [link] = await h.look(`select * from account_link where account_id = '${held.id}'`)
    expect(link).toMatchObject({
      provider: 'directorio',
      external_id: entry?.entryUUID,
      seen_as: held.account,
    })
  })

  test('her page at the desk tells when somebody last entered, as far as the directory notes it and is there', async () => {
    const { h, at, created } = place()
    const { held } = await created()
    const desk = await h.member('operator')
    const seen = async () =>
      (await desk.ask('GET', `/api/accounts/${held.id}`)).body.directories[0].lastSignIn as string | null
    expect(await seen()).toBeNull()
    at.configure(
      'dn: olcDatabase={1}mdb,cn=config\nchangetype: modify\nadd: olcLastBind\nolcLastBind: TRUE\n',
    )
    const before = Date.now() - 1000
    expect(await at.signsIn(held.account, held.password)).toBe(true)
    const then = Date.parse((await seen()) ?? '')
    expect([then >= before, then <= Date.now()]).toEqual([true, true])
    await at.down()
    expect(await seen()).toBeNull()
    await at.up()
  })

  test('a temporary password that nobody claimed is taken away', async () => {
    const { h, at, created, age } = place()
    const { held } = await created()
    await age(held, 25)
    await expirePasswords(h.ctx)
    expect(await at.signsIn(held.account, held.password)).toBe(false)
    expect(await at.withMail(held.account)).not.toHaveProperty('userPassword')
  })

  test('what is closed stands among the closed', async () => {
    const { h, at, created } = place()
    const { held } = await created()
    await closeAccount(h.ctx, staff, { account: held.id, reason: 'oficio 14' })
    expect((await at.withMail(held.account))?.dn).toMatch(/,ou=cerradas,ou=personas,dc=example,dc=mx$/)
  })

  test('who was in the directory before us under another name is not made twice: her case is reviewed', async () => {
    const { h, at } = place()
    const her = await h.person()
    at.asRoot(`dn: uid=antes,ou=docentes,ou=personas,dc=example,dc=mx
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
})
