import { Attribute, Change, EqualityFilter, PresenceFilter } from 'ldapts'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { ldap as filters } from '../edge/hostile.ts'
import { needs } from '../servers/needs.ts'
import { missing, root, type Samba, startSamba } from '../servers/samba.ts'
import { accounts, docentes, group, open, openPeople } from './active-directory-settings.ts'
import { fence, somebody } from './ldap-settings.ts'

const refusal = (code: string) => expect.objectContaining({ name: 'ProviderRefusal', code })
const attributes = { curp: 'employeeNumber', curt: 'departmentNumber' }
const outside = 'OU=Servicios,DC=example,DC=mx'

describe.skipIf(needs(missing))('entries in a real domain', () => {
  let samba: Samba
  let people: ReturnType<typeof openPeople>
  let ours: ReturnType<typeof open>
  beforeAll(async () => {
    samba = await startSamba(inject('samba'))
    people = openPeople(samba)
    ours = open(samba, { attributes, groups: [group], mustChange: true })
  })
  afterAll(async () => {
    ours?.stop()
    await samba?.stop()
  })

  const entries = async (base?: string) =>
    (await people.all(new PresenceFilter({ attribute: 'objectClass' }), base)).map(({ dn }) => dn)
  const theEntry = async (address: string) => {
    const [entry, ...others] = await people.withMail(address)
    expect(others).toEqual([])
    if (!entry) throw new Error(`nobody has ${address}`)
    return entry
  }
  const asRoot = <T>(work: Parameters<typeof people.open<T>>[2]) => people.open(root.dn, root.password, work)
  const put = (type: string, ...values: string[]) =>
    new Change({ operation: 'replace', modification: new Attribute({ type, values }) })
  /** Somebody whom the service did not make. */
  const stranger = async (name: string, other: Record<string, string> = {}, unit = docentes) =>
    asRoot(client =>
      client.add(`CN=${name},${unit}`, {
        objectClass: 'user',
        sAMAccountName: name.replaceAll(' ', '.').slice(0, 20),
        userAccountControl: '514',
        ...other,
      }),
    )
  const parentOf = (dn: string) => /^(?:\\.|[^\\,])*,(.*)$/s.exec(dn)?.[1]
  const hour = () => new Date(Date.now() + 3_600_000)

  test('SEC-80 an entry has the documented attributes, stands in its unit, and nothing else was made', async () => {
    const before = await entries()
    const ana = somebody({ keys: { curp: 'IAQX850214MCMBZM08', curt: 'C12345' }, until: hour() })
    const hostile = { ...ana, memberOf: 'CN=Domain Admins', uidNumber: '0', userAccountControl: '66048' }
    await ours.provider.create(hostile)
    const entry = await theEntry(ana.address)
    expect((await entries()).filter(dn => !before.includes(dn))).toEqual([
      `CN=Ana Sofía Ibáñez Núñez,${docentes}`,
    ])
    const own = [
      ...['dn', 'objectClass', 'cn', 'name', 'sAMAccountName', 'userPrincipalName', 'mail', 'displayName'],
      ...['givenName', 'sn', 'employeeNumber', 'departmentNumber', 'houseIdentifier', 'userAccountControl'],
      ...['memberOf', 'pwdLastSet', 'lockoutTime'],
    ]
    const servers =
      /^(when|uSN|object(GUID|Sid|Category)|instanceType|codePage|countryCode|last|bad|primaryGroup|accountExpires|logonCount|sAMAccountType|distinguishedName|\*|\+)/
    expect(
      Object.keys(entry)
        .filter(name => !servers.test(name))
        .sort(),
    ).toEqual(own.sort())
    expect(entry).toMatchObject({
      sAMAccountName: ana.address.split('@')[0],
      userPrincipalName: ana.address,
      displayName: 'Ana Sofía Ibáñez Núñez',
      givenName: 'Ana Sofía',
      sn: 'Ibáñez Núñez',
      employeeNumber: 'IAQX850214MCMBZM08',
      departmentNumber: 'C12345',
      userAccountControl: '512',
      pwdLastSet: '0',
      memberOf: group,
      houseIdentifier: expect.arrayContaining([
        `cuenta:${ana.marker}`,
        expect.stringMatching(/^estado:fence=\d+;set=\d+/),
      ]),
    })
  })

  test('who must change is told so only with the right password; her own one asks nothing more', async () => {
    const ana = somebody({ until: hour() })
    const { externalId } = await ours.provider.create(ana)
    expect(await people.answer(ana.address, ana.password)).toBe('773')
    expect(await people.answer(ana.address, `${ana.password} `)).toBe('52e')
    expect(await ours.provider.accepts(externalId, ana.password)).toBe(true)
    expect(await ours.provider.accepts(externalId, `${ana.password} `)).toBe(false)
    const own = { password: 'la que eligió ella', until: null, fence: fence() }
    await ours.provider.setPassword(externalId, own)
    expect(await people.answer(ana.address, own.password)).toBe('')
    expect(await people.answer(ana.address, ana.password)).toBe('52e')
  })

  test('a password that she changed in Windows is never taken away', async () => {
    const { provider, stop } = open(samba)
    const ana = somebody({ until: hour() })
    const { externalId } = await provider.create(ana)
    const { dn } = await theEntry(ana.address)
    const quoted = (text: string) => Buffer.from(`"${text}"`, 'utf16le')
    const change = (operation: 'add' | 'delete', password: string) =>
      new Change({
        operation,
        modification: new Attribute({ type: 'unicodePwd', values: [quoted(password)] }),
      })
    const own = 'cambiada con Ctrl Alt Supr'
    await people.open(dn, ana.password, client =>
      client.modify(dn, [change('delete', ana.password), change('add', own)]),
    )
    expect(await provider.expirePassword(externalId, ana.fence, fence())).toBe('not-ours')
    expect(await people.answer(ana.address, own)).toBe('')
    stop()
  })

  test('she cannot write the marker of her own entry', async () => {
    const ana = somebody()
    await ours.provider.create(ana)
    const { dn } = await theEntry(ana.address)
    const forged = put('houseIdentifier', 'estado:fence=999999')
    await expect(people.open(dn, ana.password, client => client.modify(dn, [forged]))).rejects.toMatchObject({
      code: 50,
    })
  })

  test('locked by wrong guesses, a reset lets her in again', async () => {
    const ana = somebody()
    const { externalId } = await ours.provider.create(ana)
    for (let n = 0; n < 10; n++) expect(await ours.provider.accepts(externalId, 'no es la suya')).toBe(false)
    expect(await people.answer(ana.address, ana.password)).toBe('775')
    expect(await ours.provider.accepts(externalId, ana.password)).toBe(false)
    const set = { password: 'después del bloqueo', until: null, fence: fence() }
    await ours.provider.setPassword(externalId, set)
    expect(await people.answer(ana.address, set.password)).toBe('')
  })

  test('without a password she is disabled and nobody’s blocked entry; blocked in her sleep she stays so', async () => {
    const ana = { ...somebody(), password: null }
    const { externalId } = await ours.provider.create(ana)
    expect(await theEntry(ana.address)).toMatchObject({ userAccountControl: '514' })
    expect(await ours.provider.look(externalId)).toMatchObject({ active: true })
    await ours.provider.setBlocked(externalId, true, fence())
    expect(await ours.provider.look(externalId)).toMatchObject({ active: false })
    await ours.provider.setPassword(externalId, { password: 'aún bloqueada', until: null, fence: fence() })
    expect(await people.answer(ana.address, 'aún bloqueada')).toBe('533')
    await ours.provider.setBlocked(externalId, false, fence())
    expect(await people.answer(ana.address, 'aún bloqueada')).toBe('')
    const berta = { ...somebody(), password: null }
    const { externalId: id } = await ours.provider.create(berta)
    for (const blocked of [true, false]) await ours.provider.setBlocked(id, blocked, fence())
    // Enabled without a password, she would sign in with none.
    expect(await theEntry(berta.address)).toMatchObject({ userAccountControl: '514' })
    expect(await ours.provider.look(id)).toMatchObject({ active: true })
  })

  test('a block that another administrator set survives a reset; what else stands in the flags does, too', async () => {
    const ana = somebody()
    const { externalId } = await ours.provider.create(ana)
    const { dn } = await theEntry(ana.address)
    await asRoot(client => client.modify(dn, [put('userAccountControl', String(0x200 | 0x10000 | 2))]))
    expect(await ours.provider.look(externalId)).toMatchObject({ active: false })
    await ours.provider.setPassword(externalId, {
      password: 'durante el bloqueo',
      until: null,
      fence: fence(),
    })
    expect(await people.answer(ana.address, 'durante el bloqueo')).toBe('533')
    await ours.provider.setBlocked(externalId, false, fence())
    expect(await theEntry(ana.address)).toMatchObject({ userAccountControl: String(0x200 | 0x10000) })
  })

  test('an entry that was renamed and moved is still hers', async () => {
    const ana = somebody()
    const { externalId } = await ours.provider.create(ana)
    const { dn } = await theEntry(ana.address)
    await asRoot(client => client.modifyDN(dn, `CN=Otra\\2c Ana,OU=Cerradas,${accounts}`))
    await ours.provider.setPassword(externalId, {
      password: 'después de moverla',
      until: null,
      fence: fence(),
    })
    expect(await people.signsIn(ana.address, 'después de moverla')).toBe(true)
  })

  test('who was there before us is found by her strong keys and taken over, by one of two who come at once', async () => {
    await stranger('vieja', { mail: 'vieja@example.mx', employeeNumber: 'VIEX600101MCMBZM01' })
    const [found, ...others] = await ours.provider.find({ curp: 'VIEX600101MCMBZM01' })
    expect(others).toEqual([])
    expect(found).toMatchObject({ seenAs: 'vieja@example.mx', active: false, fence: 0, marker: undefined })
    const id = found?.externalId ?? ''
    const [one, two] = [open(samba), open(samba)]
    const [low, high] = [fence(), fence()]
    const ask = (under: number) => ({ password: `frase bajo ${under}`, until: null, fence: under })
    await Promise.allSettled([
      one.provider.setPassword(id, ask(low)),
      two.provider.setPassword(id, ask(high)),
    ])
    await expect(one.provider.setPassword(id, ask(low))).rejects.toEqual(refusal('stale'))
    await two.provider.setBlocked(id, false, high)
    expect(await people.answer((await theEntry('vieja@example.mx')).dn, `frase bajo ${high}`)).toBe('')
    const { houseIdentifier } = await theEntry('vieja@example.mx')
    expect([houseIdentifier].flat()).toHaveLength(1)
    for (const { stop } of [one, two]) stop()
  })

  test('homonyms in one unit and logins that share twenty letters are told apart', async () => {
    const login = 'guadalupe.hernandezmartinez'
    const asks = Array.from({ length: 12 }, (_, n) =>
      somebody({ address: `${login}${n}@example.mx`, displayName: 'Guadalupe Hernández' }),
    )
    for (const ask of asks) await ours.provider.create(ask)
    const made = await Promise.all(asks.map(({ address }) => theEntry(address)))
    expect(made.slice(0, 3).map(({ cn }) => cn)).toEqual([
      'Guadalupe Hernández',
      'Guadalupe Hernández (guadalupe.hernandezmartinez1)',
      'Guadalupe Hernández (guadalupe.hernandezmartinez2)',
    ])
    expect(made.slice(0, 3).map(({ sAMAccountName }) => sAMAccountName)).toEqual([
      'guadalupe.hernandezm',
      'guadalupe.hernandez2',
      'guadalupe.hernandez3',
    ])
    expect(new Set(made.map(({ sAMAccountName }) => sAMAccountName)).size).toBe(12)
    for (const { address, password } of asks) expect(await people.signsIn(address, password)).toBe(true)
  })

  test('an address that anybody in the domain has, as an alias too, is taken; that entry is not touched', async () => {
    await stranger('ajena', { mail: 'Ajena@Example.mx' }, outside)
    await stranger('otra', { userPrincipalName: 'principal@example.mx' }, outside)
    await stranger('tercera', { proxyAddresses: 'smtp:alias@example.mx' }, outside)
    const before = await entries()
    for (const address of ['ajena@example.mx', 'principal@example.mx', 'alias@example.mx'])
      await expect(ours.provider.create(somebody({ address }))).rejects.toEqual(refusal('address-taken'))
    expect(await entries()).toEqual(before)
  })

  test('an entry given to somebody else is called by her name, also where a neighbour is called so', async () => {
    await stranger('Berta Luz Canul')
    const ana = somebody({ keys: { curp: 'AAAA850214MCMBZM08' } })
    const { externalId } = await ours.provider.create(ana)
    const berta = { displayName: 'Berta Luz Canul', given: 'Berta Luz', surnames: 'Canul', keys: {} }
    await ours.provider.describe(externalId, berta, fence())
    const entry = await theEntry(ana.address)
    const login = ana.address.split('@')[0]
    expect(entry).toMatchObject({
      cn: `Berta Luz Canul (${login})`,
      displayName: 'Berta Luz Canul',
      sAMAccountName: login,
    })
    expect(JSON.stringify({ ...entry, sAMAccountName: '', userPrincipalName: '', mail: '' })).not.toMatch(
      /Ana Sof|AAAA85/,
    )
  })

  test.each([
    ['disable', docentes],
    ['move', `OU=Cerradas,${accounts}`],
    ['delete', undefined],
  ])('a closed account: %s', async (onClose, unit) => {
    const { provider, stop } = open(samba, { onClose })
    const ana = somebody({ displayName: `Cerrada por ${onClose}` })
    const { externalId } = await provider.create(ana)
    await provider.close(externalId, fence())
    await provider.close(externalId, fence())
    const [entry] = await people.withMail(ana.address)
    expect(parentOf(entry?.dn ?? '')).toBe(unit)
    if (entry) expect(await people.answer(entry.dn, ana.password)).toBe('52e')
    expect(await provider.accepts(externalId, ana.password)).toBe(false)
    stop()
  })

  describe('rights', () => {
    test('outside its tree the service may make nothing, and nothing stays behind', async () => {
      const cases = open(samba, { units: { personal: outside }, baseDn: 'DC=example,DC=mx' })
      const before = await entries()
      const made = cases.provider.create(somebody())
      await expect(made).rejects.toMatchObject({
        code: 'not-permitted',
        detail: 'la cuenta del servicio no puede crear entradas en la unidad',
      })
      expect(await entries()).toEqual(before)
      cases.stop()
    })

    test('outside its tree the service may change nobody’s password', async () => {
      await stranger(
        'directora',
        { mail: 'directora@example.mx', employeeNumber: 'DIRX600101MCMBZM01' },
        outside,
      )
      const cases = open(samba, { baseDn: 'DC=example,DC=mx', attributes })
      const [found] = await cases.provider.find({ curp: 'DIRX600101MCMBZM01' })
      const ask = { password: 'la que nadie puso', until: null, fence: fence() }
      await expect(cases.provider.setPassword(found?.externalId ?? '', ask)).rejects.toEqual(
        refusal('not-permitted'),
      )
      expect(await theEntry('directora@example.mx')).not.toHaveProperty('houseIdentifier')
      expect(await ours.provider.look(found?.externalId ?? '')).toBeUndefined()
      cases.stop()
    })

    test('a group that it may not fill stops the creation, and the half made entry goes', async () => {
      const cases = open(samba, { groups: ['CN=Domain Admins,CN=Users,DC=example,DC=mx'] })
      const ana = somebody()
      await expect(cases.provider.create(ana)).rejects.toMatchObject({
        code: 'not-permitted',
        detail: 'la cuenta del servicio no puede agregar miembros al grupo',
      })
      expect(await people.withMail(ana.address)).toEqual([])
      cases.stop()
    })

    test('a unit that does not exist is said so', async () => {
      const cases = open(samba, { units: { personal: 'OU=Nunca' } })
      await expect(cases.provider.create(somebody())).rejects.toMatchObject({
        code: 'not-permitted',
        detail: 'la unidad no existe o la cuenta del servicio no la ve',
      })
      cases.stop()
    })

    test('the listing says when a password was set last, as a time that anybody can read', async () => {
      const { externalId } = await ours.provider.create(somebody())
      const listed = (await Array.fromAsync(ours.provider.list())).flat()
      const at = listed.find(one => one.externalId === externalId)?.passwordAt ?? ''
      expect(at).toMatch(/^\d{4}-\d{2}-\d{2}T.*Z$/)
      expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(10 * 60_000)
    })

    test('a password that the policy refuses is no entry and no change', async () => {
      const ana = somebody({ password: 'corta' } as never)
      await expect(ours.provider.create(ana)).rejects.toEqual(refusal('password-refused'))
      expect(await people.withMail(ana.address)).toEqual([])
      const berta = somebody()
      const { externalId } = await ours.provider.create(berta)
      const short = { password: 'corta', until: null, fence: fence() }
      await expect(ours.provider.setPassword(externalId, short)).rejects.toEqual(refusal('password-refused'))
      expect(await ours.provider.hasArrived(externalId, short.fence, fence())).toBe(false)
      expect(await people.signsIn(berta.address, berta.password)).toBe(true)
    })
  })

  const injected = [...filters, '*)(mail=*', 'NUL\0)(cn=*', '', ' ', '\\', '\\2a', '*'.repeat(300)]
  test.each(injected.map(text => [text]))('SEC-20 as an id or a key, %j finds nobody', async text => {
    expect(await ours.provider.look(text)).toBeUndefined()
    expect(await ours.provider.find({ curp: text, curt: text, controlNumber: text, mail: text })).toEqual([])
    await expect(ours.provider.setBlocked(text, true, fence())).rejects.toEqual(refusal('gone'))
  })

  const hostile = [
    ...['Ana,ou=Admins', 'Ana+cn=admin', '"Ana"', 'Ana\\', '\\', '#Ana', ' Ana ', 'Ana\0B', 'Ana\nC'],
    ...[
      'A'.repeat(300),
      'a=b;c<d>e',
      '\\2c ou=x',
      ',',
      '+',
      '  ',
      '#',
      '\\,OU=Servicios',
      'Ana/B',
      '😀'.repeat(40),
    ],
  ]
  test.each(hostile.map(text => [text]))(
    'SEC-79 the name %j lands in its unit and nowhere else',
    async name => {
      const { provider, stop } = open(samba, { onClose: 'move' })
      const before = new Set(await entries())
      const ana = somebody({ displayName: name, given: name, surnames: name })
      const { externalId } = await provider.create(ana)
      const added = (await entries()).filter(dn => !before.has(dn))
      expect(added.map(parentOf)).toEqual([docentes])
      expect(await people.signsIn(ana.address, ana.password)).toBe(true)
      await provider.close(externalId, fence())
      const { dn } = await theEntry(ana.address)
      expect(parentOf(dn)).toBe(`OU=Cerradas,${accounts}`)
      stop()
    },
  )

  test.each(filters.map(text => [text]))('SEC-79 SEC-80 the address %j is one value', async text => {
    const ana = somebody({ address: `${text}@example.mx`, keys: { curp: text }, displayName: `Con ${text}` })
    const before = new Set(await entries())
    expect(await ours.provider.create(ana)).toMatchObject({ seenAs: ana.address })
    expect((await entries()).filter(dn => !before.has(dn)).map(parentOf)).toEqual([docentes])
    const [entry] = await people.all(new EqualityFilter({ attribute: 'mail', value: ana.address }))
    expect(entry).toMatchObject({ mail: ana.address, employeeNumber: text.trim() })
  })

  test('it tells when somebody last entered', async () => {
    const ana = somebody()
    const { externalId } = await ours.provider.create(ana)
    expect(await ours.provider.lastSignIn?.(externalId)).toBe('')
    const before = Date.now() - 1000
    expect(await people.signsIn(ana.address, ana.password)).toBe(true)
    const then = Date.parse((await ours.provider.lastSignIn?.(externalId)) ?? '')
    expect([then >= before, then <= Date.now() + 1000]).toEqual([true, true])
  })
})
