import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type House, openHouse } from '../house.ts'
import { bindPassword } from '../providers/ldap-settings.ts'
import { openHolder } from '../servers/directory.ts'
import { needs } from '../servers/needs.ts'
import { serverFolder } from '../servers/program.ts'
import * as samba from '../servers/samba.ts'
import * as slapd from '../servers/slapd.ts'
import { codeOf, inOneGo, newcomer } from './desk.ts'

/** A directory with two people: Lidia is in the group of the desk, Nadia in none. */
interface Setting {
  signIn: string
  login(name: string): string
  leave(): Promise<unknown>
  down(): Promise<void>
  up(): Promise<void>
  stop(): Promise<void>
}

const passwords = { lidia: 'Volcan-de-Fuego-7', nadia: 'Laguna-La-Maria-8' }
const entry = (rdn: string, more: string) => `dn: ${rdn},dc=example,dc=mx\n${more}\n\n`

async function openSlapd(): Promise<Setting> {
  const directory = await slapd.startSlapd()
  const ca = join(serverFolder('ca'), 'ca.pem')
  writeFileSync(ca, directory.ca)
  for (const [name, password] of Object.entries(passwords))
    directory.asRoot(
      entry(
        `uid=${name},ou=docentes,ou=personas`,
        `objectClass: inetOrgPerson\nuid: ${name}\ncn: ${name} Pérez\nsn: Pérez\nmail: ${name}@example.mx\nuserPassword: ${password}`,
      ),
    )
  const group = 'cn=mesa,ou=personas,dc=example,dc=mx'
  directory.asRoot(
    `dn: ${group}\nobjectClass: groupOfNames\ncn: mesa\nmember: uid=lidia,ou=docentes,ou=personas,dc=example,dc=mx\nmember: cn=nadie,ou=servicios,dc=example,dc=mx\n`,
  )
  const holder = openHolder(directory)
  const { dn, password } = directory.root
  return {
    ...directory,
    login: name => `${name}@example.mx`,
    leave: () => holder.open(dn, password, client => client.del(group)),
    signIn: `
    type: ldap
    url: ${directory.urls.tls}
    ca: ${ca}
    bindDn: cn=kiosco,ou=servicios,dc=example,dc=mx
    bindPassword: { env: STAFF_BIND_PASSWORD }
    baseDn: ou=personas,dc=example,dc=mx
    groups: { "${group}": [operator], "cn=no-hay,dc=example,dc=mx": [admin] }`,
  }
}

async function openSamba(): Promise<Setting> {
  const domain = await samba.startSamba(inject('samba'))
  const ca = join(serverFolder('ca'), 'ca.pem')
  writeFileSync(ca, domain.ca)
  const holder = openHolder(domain)
  const units = 'OU=Docentes,OU=Cuentas,DC=example,DC=mx'
  const [inner, outer] = ['Mesa', 'Escritorio'].map(name => `CN=${name},OU=Grupos,DC=example,DC=mx`) as [
    string,
    string,
  ]
  await holder.open(domain.root.dn, domain.root.password, async client => {
    for (const [name, password] of Object.entries(passwords))
      await client.add(`CN=${name},${units}`, {
        objectClass: 'user',
        sAMAccountName: name,
        userPrincipalName: `${name}@example.mx`,
        displayName: `${name} Pérez`,
        unicodePwd: Buffer.from(`"${password}"`, 'utf16le') as never,
        userAccountControl: '512',
      })
    await client.add(inner, { objectClass: 'group', sAMAccountName: 'Mesa', member: `CN=lidia,${units}` })
    await client.add(outer, { objectClass: 'group', sAMAccountName: 'Escritorio', member: inner })
  })
  return {
    ...domain,
    login: name => `${name}@example.mx`,
    leave: () => holder.open(domain.root.dn, domain.root.password, client => client.del(inner)),
    signIn: `
    type: activeDirectory
    url: ${domain.urls.tls}
    ca: ${ca}
    bindDn: ${samba.service.dn}
    bindPassword: { env: STAFF_BIND_PASSWORD }
    baseDn: DC=example,DC=mx
    groups: { "${outer}": [operator] }`,
  }
}

const settings = [
  { name: 'slapd', absent: needs(slapd.missing), open: openSlapd, secret: bindPassword },
  { name: 'Active Directory', absent: needs(samba.missing), open: openSamba, secret: samba.service.password },
]

describe.each(settings)('staff whose passwords are in $name', ({ absent, open, secret }) => {
  if (absent) return test.skip('is not installed', () => {})
  let h: House
  let at: Setting
  beforeAll(async () => {
    at = await open()
    h = await openHouse('PGlite', {
      institution: `signIn:\n  directory:${at.signIn}\n`,
      env: { STAFF_BIND_PASSWORD: secret },
    })
  }, 60_000)
  afterAll(async () => {
    await h?.close()
    await at?.stop()
  })
  const go = (name: keyof typeof passwords, password = passwords[name]) =>
    h.visitor().ask('POST', '/api/session', { login: at.login(name), password })

  test('Lidia signs in with that password and still needs a second factor; her group gives her role', async () => {
    const visitor = h.visitor()
    const first = await visitor.ask('POST', '/api/session', {
      login: at.login('lidia'),
      password: passwords.lidia,
    })
    expect(first.body, first.text).toMatchObject({ needs: 'enrolment', factors: [] })
    const { challenge } = first.body
    const { body } = await visitor.ask('POST', '/api/session/factor-options', { challenge, factor: 'totp' })
    const said = await visitor.ask('POST', '/api/session/enrolment', { challenge, code: codeOf(body.secret) })
    expect(said.body.session, said.text).toMatchObject({
      member: { login: at.login('lidia'), name: 'lidia Pérez' },
      roles: ['operator'],
    })
    const change = { current: passwords.lidia, password: 'otra frase aquí' }
    expect((await visitor.ask('POST', '/api/session/password', change)).body.code).toBe('password-elsewhere')
    const [row] = await h.look(`select source, password from member where login = '${at.login('lidia')}'`)
    expect(row).toEqual({ source: 'directory', password: null })
  })

  test('SEC-31 a wrong password, an empty place, no group: one «no»', async () => {
    const told = [
      await go('lidia', 'no es la suya'),
      await go('nadia', 'no es la suya'),
      await go('nadia'),
      await h.visitor().ask('POST', '/api/session', { login: 'nadie@example.mx', password: 'x' }),
      await h.visitor().ask('POST', '/api/session', { login: '***', password: passwords.lidia }),
      await h
        .visitor()
        .ask('POST', '/api/session', { login: `${at.login('lidia')})(uid=*`, password: passwords.lidia }),
    ]
    const bodies = new Set(told.map(({ text }) => text.replace(/"reference":"[^"]*"/, '')))
    expect(told.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403])
    expect(bodies.size).toBe(1)
  })

  test('whoever has a password of ours does not depend on the directory; everybody else hears that it is away', async () => {
    const own = await newcomer(h, { enrolled: true })
    await at.down()
    await inOneGo(h.visitor(), own)
    const away = await go('lidia')
    expect([away.status, away.body.code]).toEqual([503, 'not-available'])
    await at.up()
    await expect
      .poll(async () => (await go('lidia')).body.needs, { timeout: 20_000, interval: 500 })
      .toBe('code')
  }, 60_000)

  test('who leaves the group has no role any more, and her sessions end', async () => {
    const [before] = await h.look<{ n: number }>(
      'select count(*)::int as n from staff_session where ended_at is null',
    )
    expect(before?.n).toBeGreaterThan(0)
    await at.leave()
    expect((await go('lidia')).body.code).toBe('sign-in-refused')
    const open = await h.look(`select 1 from staff_session s join member m on m.id = s.member_id
      where s.ended_at is null and m.source = 'directory'`)
    expect(open).toEqual([])
  })
})
