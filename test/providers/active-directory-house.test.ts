import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { closeAccount } from '../../api/accounts/close.ts'
import { expirePasswords } from '../../api/accounts/expire.ts'
import { put } from '../../api/providers/ldap-change.ts'
import { directoryHouse, staff } from '../directory-house.ts'
import { needs } from '../servers/needs.ts'
import { serverFolder } from '../servers/program.ts'
import { missing, root, service, startSamba } from '../servers/samba.ts'
import { docentes, group, guideYaml, openPeople } from './active-directory-settings.ts'

async function open() {
  const samba = await startSamba(inject('samba'))
  const ca = join(serverFolder('ca'), 'ca.pem')
  writeFileSync(ca, samba.ca)
  process.env.AD_BIND_PASSWORD = service.password
  const institution = guideYaml()
    .replace(/url: .*/, `url: ${samba.urls.tls}`)
    .replace('./ca.pem', ca)
  const people = openPeople(samba)
  /** As the domain's administrator. */
  const asRoot = <T>(work: Parameters<typeof people.open<T>>[2]) => people.open(root.dn, root.password, work)
  return { ...samba, institution, signsIn: people.signsIn, withMail: people.withMail, asRoot }
}

directoryHouse('Active Directory', needs(missing), open, place => {
  test('a worker creates her account; what was mailed binds, and her CURP stands in her entry', async () => {
    const { h, at, created } = place()
    const { her, held } = await created()
    expect(await at.signsIn(held.account, held.password)).toBe(true)
    const [entry, ...others] = await at.withMail(held.account)
    expect(others).toEqual([])
    expect(entry).toMatchObject({ employeeNumber: her.claim.curp, memberOf: group })
    expect(entry?.dn.endsWith(`,${docentes}`)).toBe(true)
    const [link] = await h.look(`select * from account_link where account_id = '${held.id}'`)
    expect(link).toMatchObject({ provider: 'dominio', seen_as: held.account })
    expect(await h.ctx.providers.get('dominio')?.look(String(link?.external_id))).toMatchObject({
      seenAs: held.account,
    })
  })

  test('what the domain’s policy refuses she is told at once, and the one of before goes on', async () => {
    const { h, at, created } = place()
    const { held } = await created()
    const policy = (least: string) =>
      at.asRoot(client => client.modify('DC=example,DC=mx', [put('minPwdLength', least)]))
    await policy('40')
    const said = await h.visitor().changePassword(held.account, held.password, 'una frase que es corta')
    await policy('8')
    const body = { code: 'password-refused', reasons: [{ code: 'directory' }] }
    expect(said).toMatchObject({ status: 400, body })
    expect(await at.signsIn(held.account, held.password)).toBe(true)
  })

  test('SEC-63 guesses at an account that does not exist lock nobody out, and nobody else’s either', async () => {
    const { h, at, created } = place()
    const { held } = await created()
    for (let n = 0; n < 6; n++)
      await h.visitor().changePassword(`nadie.${n}@colima.example`, 'no es la suya', 'una frase muy larga 7')
    expect(await at.signsIn(held.account, held.password)).toBe(true)
    const [first] = await h.look<{ seen: string }>(
      `select seen_as as seen from account_link order by id limit 1`,
    )
    const [entry] = await at.withMail(first?.seen ?? '')
    expect(Number(entry?.badPwdCount ?? 0)).toBe(0)
  })

  test('a temporary password that nobody claimed is taken away; she stays in the domain', async () => {
    const { h, at, created, age } = place()
    const { held } = await created()
    await age(held, 25)
    await expirePasswords(h.ctx)
    expect(await at.signsIn(held.account, held.password)).toBe(false)
    const [entry] = await at.withMail(held.account)
    expect(entry).toMatchObject({ userAccountControl: '512' })
  })

  test('what is closed stands among the closed', async () => {
    const { h, at, created } = place()
    const { held } = await created()
    await closeAccount(h.ctx, staff, { account: held.id, reason: 'oficio 14' })
    const [entry] = await at.withMail(held.account)
    expect(entry?.dn).toMatch(/,OU=Cerradas,OU=Cuentas,DC=example,DC=mx$/)
  })

  test('who was in the domain before us, with her CURP and her name, is hers: a reset, and no second account', async () => {
    const { h, at, lastMail } = place()
    const her = await h.person()
    const { nombre, primer_apellido: surname } = her.row
    await at.asRoot(client =>
      client.add(`CN=Antes,${docentes}`, {
        objectClass: 'user',
        sAMAccountName: 'antes',
        userPrincipalName: 'antes@colima.example',
        displayName: `${nombre} ${surname}`,
        mail: 'antes@colima.example',
        employeeNumber: her.claim.curp ?? '',
        unicodePwd: Buffer.from('"La.De.Antes.7"', 'utf16le') as never,
        userAccountControl: '512',
      }),
    )
    const done = await h.visitor().goThrough(her)
    expect(done.body).toMatchObject({ act: 'reset', state: 'done' })
    const { account, password } = await lastMail(her)
    expect(account).toBe('antes@colima.example')
    expect(await at.signsIn(account, 'La.De.Antes.7')).toBe(false)
    expect(await at.signsIn(account, password)).toBe(true)
  })
})
