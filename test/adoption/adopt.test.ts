import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adopt } from '../../api/adoption/adopt.ts'
import { decideProposal } from '../../api/adoption/decide-proposal.ts'
import type { Person } from '../house.ts'
import { curpOf } from '../roster/synthetic.ts'
import { needs } from '../servers/needs.ts'
import { missing as missingPostgres } from '../servers/postgres.ts'
import { missing } from '../servers/slapd.ts'
import { addEntry, entriesOf } from './entries.ts'
import { adoptIn, type LdapWorld, openLdapWorld } from './ldap-world.ts'

const staff = { as: 'member:1', channel: 'staff' } as const
let uids = 0
const uid = () => `antes${uids++}`
const nameOf = ({ row }: Person) => `${row.nombre} ${row.primer_apellido} ${row.segundo_apellido}`

describe.skipIf(needs(missing, missingPostgres))('accounts that were in slapd before us', () => {
  let world: LdapWorld
  beforeAll(async () => {
    world = await openLdapWorld()
  })
  afterAll(() => world?.close())

  const linkOf = async (her: Person) =>
    world.h.look<{ state: string; evidence: string; origin: string; role: string }>(
      `select c.state, l.evidence, l.origin, a.role from holding h join account c on c.id = h.account_id
       join account_link l on l.account_id = c.id join address a on a.account_id = c.id
       where h.person_id = '${her.id}' and h."to" is null`,
    )
  const person = (other = {}) => world.h.person(other)
  const adoptAll = async () => (await adoptIn(world.h, '--json')).report
  const doubtOf = async (entry: string) => {
    const { lists } = await adoptAll()
    return [...lists.ambiguous, ...lists.proposed].find((one: { entry: string }) =>
      one.entry.startsWith(`uid=${entry},`),
    )?.why
  }
  const roleOf = async (local: string) =>
    (await world.h.look<{ role: string }>(`select role from address where local = '${local}'`))[0]?.role

  test('by her CURP, by her key, by her alternate address with her name: each is linked, with its event', async () => {
    const evidence = [
      ['curp', (her: Person) => ({ curp: her.claim.curp ?? '' })],
      ['curt', (her: Person) => ({ curt: her.claim.curt ?? '' })],
      ['mail', (her: Person) => ({ alternate: her.alternate })],
      ['curp+curt', (her: Person) => ({ curp: her.claim.curp ?? '', curt: her.claim.curt ?? '' })],
    ] as const
    for (const [said, keys] of evidence) {
      const her = await person()
      addEntry(world.directory, { uid: uid(), name: nameOf(her), ...keys(her) })
      await adoptAll()
      expect(await linkOf(her)).toEqual([
        { state: 'active', evidence: said, origin: 'adopted', role: 'primary' },
      ])
      const events = await world.h.look<{ detail: object }>(
        `select detail from event where person_id = '${her.id}' and kind = 'account-adopted'`,
      )
      expect(events).toMatchObject([{ detail: { evidence: said, kind: 'personal', provider: 'directorio' } }])
      expect(JSON.stringify(events)).not.toContain(her.claim.curp)
    }
  })

  test('INV-09 who was disabled there is a blocked account here', async () => {
    const her = await person()
    addEntry(world.directory, { uid: uid(), name: nameOf(her), curp: her.claim.curp ?? '', disabled: true })
    await adoptAll()
    expect(await linkOf(her)).toMatchObject([{ state: 'blocked' }])
    expect((await world.h.visitor().identify(her)).body.code).toBe('account-blocked')
  })

  test('what is not clear both ways links nobody: two entries, two people, keys that disagree', async () => {
    const [ana, eva] = [await person(), await person()]
    const [twice, again, both, odd] = [uid(), uid(), uid(), uid()]
    addEntry(world.directory, { uid: twice, name: nameOf(ana), curp: ana.claim.curp ?? '' })
    addEntry(world.directory, { uid: again, name: nameOf(ana), curp: ana.claim.curp ?? '' })
    addEntry(world.directory, {
      uid: both,
      name: nameOf(eva),
      curp: eva.claim.curp ?? '',
      curt: (await person()).claim.curt ?? '',
    })
    const luz = await person()
    addEntry(world.directory, {
      uid: odd,
      name: nameOf(luz),
      curp: curpOf(97_000_001),
      curt: luz.claim.curt ?? '',
    })
    expect(await doubtOf(twice)).toBe('several-entries')
    expect(await doubtOf(again)).toBe('several-entries')
    expect(await doubtOf(both)).toBe('two-persons')
    expect(await doubtOf(odd)).toBe('keys-disagree')
    for (const her of [ana, eva, luz]) {
      expect(await linkOf(her)).toEqual([])
      expect((await world.h.visitor().identify(her)).body.code).toBe('needs-review')
    }
    expect(await roleOf(twice)).toBe('foreign')
  })

  test('name and centre only propose: she is reviewed until staff decide, and a no is not asked again', async () => {
    const [ana, eva] = [await person(), await person({ segundo_apellido: 'Zamudio' })]
    const [hers, another] = [uid(), uid()]
    addEntry(world.directory, { uid: hers, name: nameOf(ana), centre: ana.row.cct ?? '' })
    addEntry(world.directory, { uid: another, name: nameOf(eva), centre: eva.row.cct ?? '' })
    expect(await doubtOf(hers)).toBe('name+centre')
    for (const her of [ana, eva])
      expect((await world.h.visitor().identify(her)).body.code).toBe('needs-review')
    const ids = async (her: Person) =>
      world.h.look<{ id: number; state: string }>(
        `select id::int, state from proposal where person_id = '${her.id}'`,
      )
    for (const { id } of await ids(ana)) await decideProposal(world.h.ctx, staff, { id, hers: true })
    for (const { id } of await ids(eva)) await decideProposal(world.h.ctx, staff, { id, hers: false })
    expect(await linkOf(ana)).toMatchObject([{ evidence: 'staff: name+centre' }])
    expect((await world.h.visitor().identify(ana)).body.act).toBe('reset')
    expect(await doubtOf(another)).toBeUndefined()
    expect((await ids(eva)).map(({ state }) => state)).toEqual(['rejected'])
    expect((await world.h.visitor().identify(eva)).body.act).toBe('create')
  })

  test('INV-14 an address that is nobody’s of ours is given to nobody', async () => {
    const her = await person({ nombre: 'Perla', primer_apellido: 'Ocampo', segundo_apellido: 'Ley' })
    addEntry(world.directory, { uid: 'perla.ocampo', name: 'Perla Ocampo Ruiz' })
    await adoptAll()
    expect(await roleOf('perla.ocampo')).toBe('foreign')
    await world.h.visitor().goThrough(her)
    const [mine] = await world.h.look<{ local: string }>(
      `select a.local from address a join holding h on h.account_id = a.account_id where h.person_id = '${her.id}'`,
    )
    expect(mine?.local).toBe('perla.ocampo.ley')
  })

  test('a second run changes nothing and says so; what is left to staff is exit code 3', async () => {
    await adoptAll()
    const again = await adoptIn(world.h)
    expect(again.code).toBe(3)
    expect(again.out).toContain('No hubo cambios.')
    expect((await adoptIn(world.h, '--jsno')).code).toBe(2)
    expect((await adoptIn(world.h, 'everything')).code).toBe(2)
  })

  test('ended in the middle and run again, it ends the same', async () => {
    const people = await world.h.people(450)
    for (const one of people.slice(0, 3))
      addEntry(world.directory, { uid: uid(), name: 'De paso', curp: one.claim.curp ?? '' })
    await world.directory.fill(
      people
        .slice(3)
        .map(one => {
          const id = uid()
          return `dn: uid=${id},ou=docentes,ou=personas,dc=example,dc=mx\nobjectClass: inetOrgPerson\nuid: ${id}\ncn:: ${Buffer.from(nameOf(one)).toString('base64')}\nsn: ${id}\nmail: ${id}@colima.example\nemployeeNumber: ${one.claim.curp}\n`
        })
        .join('\n'),
    )
    const killed = adopt(
      world.h.ctx,
      { as: 'system', channel: 'system' },
      {
        simulate: false,
        progress: what => {
          if (what === 'linked') throw new Error('killed')
        },
      },
    )
    await expect(killed).rejects.toThrow('killed')
    const linked = async () =>
      (
        await world.h.look(
          `select 1 from holding where person_id in (${people.map(({ id }) => `'${id}'`).join(',')})`,
        )
      ).length
    expect(await linked()).toBe(200)
    const { changed } = await adoptAll()
    expect(changed.linked).toBe(247)
    expect(await linked()).toBe(447)
    expect((await adoptAll()).changed).toEqual({ linked: 0, proposed: 0, withdrawn: 0, foreign: 0 })
  })

  test('when the directory is down the command says so and fails', async () => {
    await world.directory.down()
    const told = await adoptIn(world.h)
    expect(told.code).toBe(1)
    expect(told.err).toContain('El directorio no respondió')
    await world.directory.up()
  })

  test('at the kiosk her one clear entry is adopted at once and she resets it', async () => {
    const her = await person()
    addEntry(world.directory, { uid: uid(), name: nameOf(her), curp: her.claim.curp ?? '' })
    const done = await world.h.visitor().goThrough(her)
    expect(done.body).toMatchObject({ act: 'reset', state: 'done' })
    expect(await linkOf(her)).toMatchObject([{ origin: 'adopted', evidence: 'curp' }])
    expect(await entriesOf(world.directory, her.claim.curp ?? '')).toBe(1)
  })

  test('at the kiosk a blocked entry is a stop, and one that somebody else’s key is in too is reviewed', async () => {
    const [ana, eva, luz] = [await person(), await person(), await person()]
    addEntry(world.directory, { uid: uid(), name: nameOf(ana), curt: ana.claim.curt ?? '', disabled: true })
    addEntry(world.directory, {
      uid: uid(),
      name: nameOf(eva),
      curp: eva.claim.curp ?? '',
      curt: luz.claim.curt ?? '',
    })
    expect((await world.h.visitor().identify(ana)).body.code).toBe('account-blocked')
    expect((await world.h.visitor().identify(eva)).body.code).toBe('needs-review')
    expect((await world.h.visitor().identify(luz)).body.code).toBe('needs-review')
  })

  test('who does not prove who she is has no directory asked for her, and nothing adopted', async () => {
    const her = await person()
    addEntry(world.directory, { uid: uid(), name: nameOf(her), curp: her.claim.curp ?? '' })
    await world.directory.down()
    const claim = { ...her.claim, curt: 'T000001' }
    const said = await world.h.visitor().identify({ ...her, claim })
    await world.directory.up()
    expect(said.status).toBe(403)
    expect(await linkOf(her)).toEqual([])
  })

  test('INV-03 she confirms a creation while an adoption runs: one account, whoever is first', async () => {
    const people = await world.h.people(24)
    const visitors = await Promise.all(
      people.map(async her => {
        const visitor = world.h.visitor()
        expect((await visitor.identify(her)).body.act).toBe('create')
        return visitor
      }),
    )
    for (const her of people)
      addEntry(world.directory, { uid: uid(), name: nameOf(her), curp: her.claim.curp ?? '' })
    const adopting = adoptIn(world.h, '--json')
    const confirmed = await Promise.all(visitors.map(visitor => visitor.confirm()))
    await adopting
    const held = await world.h.look<{ n: number }>(
      `select count(*)::int as n from holding where person_id in (${people.map(({ id }) => `'${id}'`).join(',')}) and "to" is null group by person_id`,
    )
    expect(held.map(({ n }) => n)).toEqual(people.map(() => 1))
    for (const her of people) expect(await entriesOf(world.directory, her.claim.curp ?? '')).toBe(1)
    expect(new Set(confirmed.map(({ status }) => status)).isSubsetOf(new Set([201, 409, 410]))).toBe(true)
  })

  test('INV-03 she comes to ten kiosks at once: her entry is adopted once', async () => {
    const her = await person()
    addEntry(world.directory, { uid: uid(), name: nameOf(her), curp: her.claim.curp ?? '' })
    const said = await Promise.all(Array.from({ length: 10 }, () => world.h.visitor().identify(her)))
    expect(said.map(({ body }) => body.act)).toEqual(Array.from({ length: 10 }, () => 'reset'))
    expect(await linkOf(her)).toHaveLength(1)
  })
})
