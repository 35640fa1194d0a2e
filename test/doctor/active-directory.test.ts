import { Attribute, Change, PresenceFilter } from 'ldapts'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { ProviderSettings } from '../../api/institution/institution.ts'
import { group, openPeople } from '../providers/active-directory-settings.ts'
import { needs } from '../servers/needs.ts'
import { missing, root, type Samba, service, startSamba } from '../servers/samba.ts'
import { makeCertificate } from '../servers/tls.ts'
import { looked, notWell } from './looked.ts'

const top = 'DC=example,DC=mx'
const powerless = { dn: `CN=svc-sin,OU=Servicios,${top}`, password: 'Sin-Permisos-77' }

describe.skipIf(needs(missing))('mci doctor at a real domain', () => {
  let samba: Samba
  let people: ReturnType<typeof openPeople>
  beforeAll(async () => {
    samba = await startSamba(inject('samba'))
    people = openPeople(samba)
    await asRoot(client =>
      client.add(powerless.dn, {
        objectClass: ['user'],
        sAMAccountName: ['svc-sin'],
        userAccountControl: ['512'],
        unicodePwd: [Buffer.from(`"${powerless.password}"`, 'utf16le')] as never,
      }),
    )
  })
  afterAll(() => samba?.stop())

  const asRoot = <T>(work: Parameters<typeof people.open<T>>[2]) => people.open(root.dn, root.password, work)
  const settings = (other: object = {}) =>
    ({
      type: 'activeDirectory',
      url: samba.urls.tls,
      ca: samba.ca,
      bindDn: service.dn,
      bindPassword: service.password,
      baseDn: `OU=Cuentas,${top}`,
      units: { personal: 'OU=Docentes' },
      closedUnit: 'OU=Cerradas',
      groups: [group],
      mustChange: true,
      onClose: 'move',
      ...other,
    }) as ProviderSettings
  const look = (other: object = {}, domain = 'example.mx') => looked(settings(other), domain)
  const entries = async () =>
    (await people.all(new PresenceFilter({ attribute: 'objectClass' }))).map(({ dn }) => dn).sort()
  const head = (attribute: string, value: string) =>
    asRoot(client => {
      const modification = new Attribute({ type: attribute, values: [value] })
      return client.modify(top, new Change({ operation: 'replace', modification }))
    })

  test('a domain set up as the guide says has nothing to mend, and nothing stays behind', async () => {
    const before = await entries()
    const findings = await look()
    expect(notWell(findings)).toEqual([])
    expect(findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        'password-policy',
        'upn-suffix',
        'group',
        'must-change',
        'old-password',
        'outside',
      ]),
    )
    expect(await entries()).toEqual(before)
  })

  const faults: [string, string, RegExp, (s: Samba) => object][] = [
    [
      'a wrong password of the service’s account',
      'bind',
      /Set-ADAccountPassword/,
      () => ({ bindPassword: 'Otra-frase-7' }),
    ],
    ['a base that does not exist', 'base', /New-ADOrganizationalUnit/, () => ({ baseDn: `OU=Nadie,${top}` })],
    [
      'the authority of somebody else',
      'tls-chain',
      /providers\.directorio\.ca/,
      () => ({ ca: makeCertificate('IP:127.0.0.1').ca }),
    ],
    [
      'an account without rights',
      'entry-create',
      /dsacls 'OU=Docentes,OU=Cuentas.*svc-sin:CCDC;user/,
      () => ({ bindDn: powerless.dn, bindPassword: powerless.password, groups: [] }),
    ],
    [
      'a unit that is not there',
      'entry-create',
      /OU=Nueva.*New-ADOrganizationalUnit/,
      () => ({ units: { personal: 'OU=Nueva' } }),
    ],
    [
      'an administrator in the service’s place',
      'outside',
      /grupos de administradores/,
      () => ({ bindDn: `CN=Administrator,CN=Users,${top}`, bindPassword: root.password }),
    ],
  ]
  test.each(faults)('%s', async (_, check, mend, other) => {
    const before = await entries()
    const failing = (await look(other(samba))).filter(({ ok }) => ok === 'no')
    expect([...new Set(failing.map(one => one.check))], JSON.stringify(failing)).toEqual([check])
    expect(failing[0]?.mend).toMatch(mend)
    expect(JSON.stringify(failing)).not.toContain(root.password)
    expect(await entries()).toEqual(before)
  })

  test('a group that is not there', async () => {
    const failing = (await look({ groups: [`CN=Nadie,OU=Grupos,${top}`] })).filter(({ ok }) => ok === 'no')
    expect(failing[0]).toMatchObject({ check: 'group', mend: expect.stringContaining('RPWP;member;group') })
  })

  test('a policy that asks for longer passwords, and one that asks for classes of letters', async () => {
    await head('minPwdLength', '14')
    const warned = notWell(await look())
    await head('minPwdLength', '8')
    expect(warned.map(({ check, ok }) => [check, ok])).toEqual([
      ['password-complexity', 'warning'],
      ['entry-own-password', 'warning'],
    ])
    expect(warned[0]?.mend).toMatch(/New-ADFineGrainedPasswordPolicy/)
    await head('pwdProperties', '1')
    const classes = notWell(await look())
    await head('pwdProperties', '0')
    expect(classes[0]).toMatchObject({
      check: 'password-complexity',
      says: expect.stringContaining('complejidad'),
    })
  })

  test('a name suffix that the domain does not know', async () => {
    expect(notWell(await look({}, 'colima.example'))).toMatchObject([
      {
        check: 'upn-suffix',
        ok: 'warning',
        mend: expect.stringContaining("UPNSuffixes @{Add='colima.example'}"),
      },
    ])
  })

  test('an old password that still signs in for a while is told with the setting that ends it', async () => {
    const lenient = await startSamba(inject('samba'), 60)
    const warned = notWell(await looked(settings({ url: lenient.urls.tls, ca: lenient.ca }), 'example.mx'))
    await lenient.stop()
    expect(warned).toMatchObject([
      { check: 'old-password', ok: 'warning', mend: expect.stringContaining('OldPasswordAllowedPeriod') },
    ])
  })
})
