import { EqualityFilter, PresenceFilter } from 'ldapts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ldap as filters } from '../edge/hostile.ts'
import { type Directory, openHolder } from '../servers/directory.ts'
import { needs } from '../servers/needs.ts'
import { missing, startSlapd } from '../servers/slapd.ts'
import { fence, open, people, somebody } from './ldap-settings.ts'

const refusal = (code: string) => expect.objectContaining({ name: 'ProviderRefusal', code })
const attributes = { curp: 'employeeNumber', curt: 'departmentNumber' }
const docentes = `ou=docentes,${people}`

describe.skipIf(needs(missing))('entries in a real directory', () => {
  let directory: Directory
  let holder: ReturnType<typeof openHolder>
  let ours: ReturnType<typeof open>
  beforeAll(async () => {
    directory = await startSlapd()
    holder = openHolder(directory)
    ours = open(directory, { password: 'server', until: 'pwdEndTime', mustChange: true, attributes })
  })
  afterAll(async () => {
    ours?.stop()
    await directory?.stop()
  })

  const withMail = async (address: string) =>
    holder.all(new EqualityFilter({ attribute: 'mail', value: address }))
  const entries = async () =>
    (await holder.all(new PresenceFilter({ attribute: 'objectClass' }))).map(({ dn }) => dn)
  const parentOf = (dn: string) => /(?<!\\),(.*)$/.exec(dn)?.[1]

  test('SEC-80 an entry has the documented attributes, stands in its unit, and nothing else was made', async () => {
    const before = await entries()
    const ana = somebody({
      keys: { curp: 'IAQX850214MCMBZM08', curt: 'C12345' },
      until: new Date(Date.now() + 3_600_000),
    })
    const hostile = {
      ...ana,
      memberOf: 'cn=admins',
      uidNumber: '0',
      userAccountControl: '512',
      loginShell: '/bin/sh',
    }
    await ours.provider.create(hostile)
    const [entry] = await withMail(ana.address)
    expect((await entries()).filter(dn => !before.includes(dn))).toEqual([
      `uid=${ana.address.split('@')[0]},${docentes}`,
    ])
    const own = [
      'dn',
      'objectClass',
      'uid',
      'mail',
      'cn',
      'givenName',
      'sn',
      'employeeNumber',
      'departmentNumber',
      'mciMarker',
      'userPassword',
    ]
    const servers = /^(pwd|creat|modif|entry|structural|subschema|hasSub|\*|\+)/
    expect(
      Object.keys(entry ?? {})
        .filter(name => !servers.test(name))
        .sort(),
    ).toEqual(own.sort())
    expect(entry).toMatchObject({
      cn: 'Ana Sofía Ibáñez Núñez',
      givenName: 'Ana Sofía',
      sn: 'Ibáñez Núñez',
      employeeNumber: 'IAQX850214MCMBZM08',
      departmentNumber: 'C12345',
      pwdReset: 'TRUE',
      mciMarker: [`cuenta:${ana.marker}`, expect.stringMatching(/^estado:fence=\d+;set=\d+/)],
      userPassword: expect.stringMatching(/^\{SSHA\}/),
    })
  })

  test('her own password takes away what a temporary one left: its end and its must-change', async () => {
    const ana = somebody({ until: new Date(Date.now() + 3_600_000) })
    const { externalId } = await ours.provider.create(ana)
    await ours.provider.setPassword(externalId, {
      password: 'la que eligió ella',
      until: null,
      fence: fence(),
    })
    const [entry] = await withMail(ana.address)
    expect(entry).not.toHaveProperty('pwdReset')
    expect(entry).not.toHaveProperty('pwdEndTime')
    expect(await holder.signsIn(ana.address, 'la que eligió ella')).toBe(true)
  })

  test('a password that she changed in another program is never taken away', async () => {
    const ana = somebody({ until: new Date(Date.now() + 3_600_000) })
    const { externalId } = await ours.provider.create(ana)
    // The directory's own times have whole seconds.
    await new Promise(done => setTimeout(done, 1100))
    const [entry] = await withMail(ana.address)
    const { Attribute, Change } = await import('ldapts')
    const own = new Change({
      operation: 'replace',
      modification: new Attribute({ type: 'userPassword', values: ['cambiada en otro lado'] }),
    })
    await holder.open(entry?.dn ?? '', ana.password, client => client.modify(entry?.dn ?? '', own))
    expect(await ours.provider.expirePassword(externalId, ana.fence, fence())).toBe('not-ours')
    expect(await holder.signsIn(ana.address, 'cambiada en otro lado')).toBe(true)
  })

  test('an entry that was renamed and moved is still hers', async () => {
    const ana = somebody()
    const { externalId } = await ours.provider.create(ana)
    const uid = ana.address.split('@')[0]
    directory.asRoot(
      `dn: uid=${uid},${docentes}\nchangetype: modrdn\nnewrdn: cn=Otra\\2c Ana\ndeleteoldrdn: 0\nnewsuperior: ou=cerradas,${people}\n`,
    )
    expect(await ours.provider.look(externalId)).toMatchObject({ externalId, seenAs: ana.address })
    await ours.provider.setPassword(externalId, {
      password: 'después de moverla',
      until: null,
      fence: fence(),
    })
    expect(await ours.provider.accepts(externalId, 'después de moverla')).toBe(true)
    expect(await holder.signsIn(ana.address, 'después de moverla')).toBe(true)
  })

  test('who was there before us is found by her strong keys and can be taken over, once', async () => {
    directory.asRoot(
      `dn: uid=vieja,${docentes}\nobjectClass: inetOrgPerson\nuid: vieja\ncn: Vieja\nsn: Vieja\nmail: vieja@example.mx\nemployeeNumber: VIEX600101MCMBZM01\nuserPassword: la de hace anios\n`,
    )
    const [found, ...others] = await ours.provider.find({ curp: 'VIEX600101MCMBZM01', curt: 'C999' })
    expect(others).toEqual([])
    expect(found).toMatchObject({ seenAs: 'vieja@example.mx', active: true, fence: 0 })
    const id = found?.externalId ?? ''
    expect(await ours.provider.accepts(id, 'la de hace anios')).toBe(true)
    const [low, high] = [fence(), fence()]
    await ours.provider.setPassword(id, { password: 'la primera nuestra', until: null, fence: high })
    await expect(
      ours.provider.setPassword(id, { password: 'una atrasada', until: null, fence: low }),
    ).rejects.toEqual(refusal('stale'))
    expect(await holder.signsIn('vieja@example.mx', 'la primera nuestra')).toBe(true)
    expect(await ours.provider.find({ curp: '', curt: '' })).toEqual([])
    expect(await ours.provider.find({ curp: 'VIEX600101MCMBZM01', curt: '' })).toMatchObject([
      { externalId: id },
    ])
    await ours.provider.close(id, fence())
    expect(await ours.provider.find({ curp: 'VIEX600101MCMBZM01', curt: '' })).toEqual([])
  })

  test('an entry that we made is nobody’s to be taken over: she may have another account beside it', async () => {
    const keys = { curp: 'OTRX600101MCMBZM01', curt: 'C777' }
    await ours.provider.create(somebody({ keys }))
    expect(await ours.provider.find({ curp: keys.curp, curt: keys.curt })).toEqual([])
  })

  test('an address that somebody else holds, anywhere under the base, is taken', async () => {
    directory.asRoot(
      `dn: cn=Ajena,ou=cerradas,${people}\nobjectClass: inetOrgPerson\ncn: Ajena\nsn: Ajena\nmail: Ajena@Example.mx\n`,
    )
    await expect(ours.provider.create(somebody({ address: 'ajena@example.mx' }))).rejects.toEqual(
      refusal('address-taken'),
    )
    directory.asRoot(
      `dn: uid=sin.correo,${docentes}\nobjectClass: inetOrgPerson\nuid: sin.correo\ncn: Sin\nsn: Correo\n`,
    )
    await expect(ours.provider.create(somebody({ address: 'sin.correo@example.mx' }))).rejects.toEqual(
      refusal('address-taken'),
    )
  })

  test('a block that another administrator set survives a reset, too', async () => {
    const ana = somebody()
    const { externalId } = await ours.provider.create(ana)
    const uid = ana.address.split('@')[0]
    directory.asRoot(
      `dn: uid=${uid},${docentes}\nchangetype: modify\nreplace: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n`,
    )
    expect(await ours.provider.look(externalId)).toMatchObject({ active: false })
    await ours.provider.setPassword(externalId, {
      password: 'durante el bloqueo',
      until: null,
      fence: fence(),
    })
    expect(await holder.signsIn(ana.address, 'durante el bloqueo')).toBe(false)
  })

  test.each([
    ['disable', (uid: string) => `uid=${uid},${docentes}`],
    ['move', (uid: string) => `uid=${uid},ou=cerradas,${people}`],
    ['delete', () => undefined],
  ])('a closed account: %s', async (onClose, there) => {
    const { provider, stop } = open(directory, { password: 'server', onClose })
    const ana = somebody()
    const { externalId } = await provider.create(ana)
    await provider.close(externalId, fence())
    await provider.close(externalId, fence())
    const [entry] = await withMail(ana.address)
    expect(entry?.dn).toBe(there(ana.address.split('@')[0] ?? ''))
    expect(entry?.userPassword).toBeUndefined()
    expect(await provider.accepts(externalId, ana.password)).toBe(false)
    stop()
  })

  test('closed beside somebody of the same name, it stays closed where it is', async () => {
    const { provider, stop } = open(directory, { password: 'server', onClose: 'move' })
    const ana = somebody()
    directory.asRoot(
      `dn: uid=${ana.address.split('@')[0]},ou=cerradas,${people}\nobjectClass: inetOrgPerson\ncn: A\nsn: B\n`,
    )
    const { externalId } = await provider.create(ana)
    await provider.close(externalId, fence())
    expect(await provider.look(externalId)).toMatchObject({ active: false })
    expect(await holder.signsIn(ana.address, ana.password)).toBe(false)
    stop()
  })

  test('an empty password is nobody’s, though a directory takes it for an anonymous visitor', async () => {
    const ana = somebody()
    const { externalId } = await ours.provider.create(ana)
    expect(await ours.provider.accepts(externalId, '')).toBe(false)
    expect(await ours.provider.accepts(undefined, '')).toBe(false)
    expect(await ours.provider.accepts(undefined, 'una-frase-al-azar-que-nadie-conoce')).toBe(false)
  })

  const injected = [
    ...filters,
    '*)(mail=*',
    'x)(userPassword=*',
    'NUL\0)(uid=*',
    '',
    ' ',
    '\\',
    '*'.repeat(300),
  ]

  test.each(injected.map(text => [text]))('SEC-20 as an id or a key, %j finds nobody', async text => {
    expect(await ours.provider.look(text)).toBeUndefined()
    expect(await ours.provider.find({ curp: text, curt: text, controlNumber: text, mail: text })).toEqual([])
    expect(await ours.provider.accepts(text, 'una frase cualquiera')).toBe(false)
    await expect(ours.provider.setBlocked(text, true, fence())).rejects.toEqual(refusal('gone'))
  })

  const hostile = [
    'Ana,ou=Admins',
    'Ana+uid=admin',
    '"Ana"',
    'Ana\\',
    '\\',
    '#Ana',
    ' Ana ',
    'Ana\0B',
    'A'.repeat(300),
    'a=b;c<d>e',
    '\\2c ou=x',
    ',',
    '+',
    '  ',
    '#',
    '\\,ou=servicios',
  ]
  test.each(hostile.map(text => [text]))(
    'SEC-79 the name %j lands in its unit and nowhere else',
    async name => {
      const cases = open(directory, { password: 'server', dn: { personal: 'cn={name}+uid={login}' } })
      const before = new Set(await entries())
      const ana = somebody({ displayName: name, given: name, surnames: name })
      const made = await cases.provider.create(ana)
      const added = (await entries()).filter(dn => !before.has(dn))
      expect(added.map(parentOf)).toEqual([docentes])
      const [entry] = await withMail(ana.address)
      expect(entry).toMatchObject({ entryUUID: made.externalId })
      if (name.trim()) expect(String([entry?.cn].flat()[0]).trim()).toBe(name.trim())
      expect(await holder.signsIn(ana.address, ana.password)).toBe(true)
      await cases.provider.close(made.externalId, fence())
      cases.stop()
    },
  )

  test('SEC-79 moved to the closed ones under such a name', async () => {
    const { provider, stop } = open(directory, {
      password: 'server',
      onClose: 'move',
      dn: { personal: 'cn={name}+uid={login}' },
    })
    for (const name of hostile) {
      const ana = somebody({ displayName: name })
      await provider.close((await provider.create(ana)).externalId, fence())
      const [entry] = await withMail(ana.address)
      expect(parentOf(entry?.dn ?? ''), name).toBe(`ou=cerradas,${people}`)
    }
    stop()
  })

  test.each(filters.map(text => [text]))('SEC-79 SEC-80 the address %j is one value', async text => {
    const ana = somebody({ address: `${text}@example.mx`, keys: { curp: text } })
    const before = new Set(await entries())
    const { seenAs } = await ours.provider.create(ana)
    expect(seenAs).toBe(ana.address)
    expect((await entries()).filter(dn => !before.has(dn)).map(parentOf)).toEqual([docentes])
    expect(await withMail(ana.address)).toMatchObject([{ mail: ana.address, employeeNumber: text }])
  })

  test('a thousand names as people have them become names of entries, and are read as they were written', async () => {
    const { provider, stop } = open(directory, {
      password: 'server',
      dn: { personal: 'cn={name}+uid={login}' },
    })
    const given = [
      'María José',
      'Ángel',
      'Ñusta',
      'José de Jesús',
      "D'Artagnan",
      'Ma. del Rosario',
      'Zoë',
      'Itzcóatl',
      'Üma',
      'J',
    ]
    const first = [
      'de la O',
      'Núñez',
      "O'Reilly",
      'Peña-Nieto',
      'Ibáñez',
      'Mac Gregor',
      'y Griega',
      'Ñáñez',
      'von der Leyen',
      'Güemes',
    ]
    const rest = [
      '',
      ', Lic.',
      ' + Cía',
      ' #3',
      ' "La Güera"',
      ' <x>',
      ' ; S.A.',
      ' = Sí',
      ' \\ No',
      ` ${'de los Ángeles '.repeat(4)}`.slice(0, 60),
    ]
    const names = given.flatMap((one, n) =>
      first.flatMap(two =>
        rest.map((three, m) => `${(n + m) % 7 === 0 ? '  ' : ''}${one} ${two}${three}`.slice(0, 60)),
      ),
    )
    expect(new Set(names).size).toBe(1000)
    const asks = names.map(displayName => somebody({ displayName, password: null as never }))
    for (let n = 0; n < asks.length; n += 100)
      await Promise.all(asks.slice(n, n + 100).map(ask => provider.create(ask)))
    const made = new Map(
      (await holder.all(new PresenceFilter({ attribute: 'cn' }), docentes)).map(entry => [
        String(entry.mail),
        entry,
      ]),
    )
    for (const { address, displayName } of asks) {
      const entry = made.get(address)
      expect(parentOf(entry?.dn ?? ''), displayName).toBe(docentes)
      expect(String(entry?.cn), displayName).toBe(displayName.trim())
    }
    stop()
  })
})
