import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blockAccount } from '../../api/accounts/block.ts'
import { reconcile } from '../../api/adoption/reconcile.ts'
import type { Person } from '../house.ts'
import { openHolder } from '../servers/directory.ts'
import { needs } from '../servers/needs.ts'
import { missing as missingPostgres } from '../servers/postgres.ts'
import { missing } from '../servers/slapd.ts'
import { credentialsIn } from '../visitor.ts'
import { longAgo } from '../visits/rows.ts'
import { addEntry, replace, unit } from './entries.ts'
import { adoptIn, type LdapWorld, openLdapWorld } from './ldap-world.ts'

const staff = { as: 'member:1', channel: 'staff' } as const

describe.skipIf(needs(missing, missingPostgres))('the daily comparison with slapd', () => {
  let world: LdapWorld
  let people: Person[]
  beforeAll(async () => {
    world = await openLdapWorld()
    people = await world.h.people(40)
    for (const [n, her] of people.entries()) addEntry(world.directory, { uid: `c${n}`, ...named(her) })
    expect((await adoptIn(world.h, '--json')).report.linked).toBe(40)
  })
  afterAll(() => world?.close())

  const named = ({ row, claim }: Person) => ({
    name: `${row.nombre} ${row.primer_apellido} ${row.segundo_apellido}`,
    curp: claim.curp ?? '',
  })
  const reported = async () =>
    (
      await world.h.look<{ difference: string; person: string }>(
        `select detail->>'difference' as difference, person_id as person from event where kind = 'directory-difference' order by id`,
      )
    ).map(({ difference, person }) => `${difference} ${people.findIndex(({ id }) => id === person)}`)
  const asRoot = (ldif: string) => world.directory.asRoot(ldif)
  const accountOf = async (her: Person) =>
    (
      await world.h.look<{ id: string }>(`select account_id as id from holding where person_id = '${her.id}'`)
    )[0]?.id ?? ''
  /** Everything that the directory holds, with when and by whom it was changed. */
  const whole = async () => {
    const seen = await openHolder(world.directory).open(
      world.directory.root.dn,
      world.directory.root.password,
      async client =>
        (await client.search('dc=example,dc=mx', { scope: 'sub', attributes: ['entryCSN', 'entryDN'] }))
          .searchEntries,
    )
    return JSON.stringify(seen)
  }
  /** As if everything so far had happened yesterday. */
  const yesterday = () =>
    world.h.look(`update movement set intended_at = intended_at - interval '1 day', applied_at = applied_at - interval '1 day',
      finished_at = finished_at - interval '1 day'`)

  test('where nothing was done behind our back nothing is reported, whatever was done here', async () => {
    for (const her of people.slice(0, 4)) await world.h.visitor().goThrough(her)
    const [blocked, owner] = [people[4] as Person, people[3] as Person]
    await blockAccount(world.h.ctx, staff, { account: await accountOf(blocked), reason: 'oficio 1' })
    const { account, password } = credentialsIn(
      world.h.smtp.mails.filter(({ to }) => to.includes(owner.alternate)).at(-1)?.text ?? '',
    )
    await world.h.visitor().changePassword(account, password, 'el volcán duerme de noche')
    await reconcile(world.h.ctx)
    await reconcile(world.h.ctx)
    expect(await reported()).toEqual([])
  })

  test('REL-64 ten differences of five kinds are ten reports, none is false, and a second run has nothing new', async () => {
    await world.h.look(`update account_link set observed_at = now() - interval '1 hour'`)
    await yesterday()
    const enabled = people[4] as Person
    const other = people[5] as Person
    await blockAccount(world.h.ctx, staff, { account: await accountOf(other), reason: 'oficio 2' })
    await reconcile(world.h.ctx)
    for (const n of [10, 11])
      asRoot(`dn: uid=c${n},${unit}\nchangetype: modrdn\nnewrdn: uid=casada${n}\ndeleteoldrdn: 1\n`)
    for (const n of [12, 13])
      asRoot(
        `dn: uid=c${n},${unit}\nchangetype: modrdn\nnewrdn: uid=c${n}\ndeleteoldrdn: 1\nnewsuperior: ou=personas,dc=example,dc=mx\n`,
      )
    for (const n of [14, 15]) asRoot(`dn: uid=c${n},${unit}\nchangetype: delete\n`)
    for (const n of [people.indexOf(enabled), people.indexOf(other)])
      replace(world.directory, `c${n}`, 'pwdAccountLockedTime')
    for (const n of [0, 16]) replace(world.directory, `c${n}`, 'userPassword', `otra contraseña ${n}`)
    const before = await whole()
    await reconcile(world.h.ctx)
    const told = await reported()
    expect(told.sort()).toEqual(
      [
        'deleted 14',
        'deleted 15',
        'enabled 4',
        'enabled 5',
        'moved 12',
        'moved 13',
        'password-elsewhere 0',
        'password-elsewhere 16',
        'renamed 10',
        'renamed 11',
      ].sort(),
    )
    expect(await reconcile(world.h.ctx)).toMatchObject([{ reported: {} }])
    expect((await reported()).length).toBe(10)
    expect(await whole()).toBe(before)
    const states = await world.h.look<{ state: string }>(
      `select state from account where id in ('${await accountOf(enabled)}', '${await accountOf(other)}')`,
    )
    expect(states.map(({ state }) => state)).toEqual(['blocked', 'blocked'])
  })

  test('her renamed and moved entry is still hers: she resets it by the immutable name', async () => {
    const her = people[12] as Person
    await longAgo(world.h, her)
    const done = await world.h.visitor().goThrough(her)
    expect(done.body).toMatchObject({ act: 'reset', state: 'done' })
  })

  test('a directory that suddenly shows nothing is not believed', async () => {
    const before = (await reported()).length
    const shown = { ...world.h.ctx.providers.get('directorio'), async *list() {} }
    const ctx = { ...world.h.ctx, providers: new Map([['directorio', shown as never]]) }
    expect(await reconcile(ctx)).toMatchObject([{ unseen: 38, reported: {} }])
    expect((await reported()).length).toBe(before)
  })

  test('a registry that holds something else is reported once', async () => {
    const accounts = world.h.ctx.institution.accounts.map(rule => ({
      ...rule,
      provider: ['directorio', 'recibos'],
    }))
    const held = await world.h.look<{ address: string; state: 'active' | 'blocked' }>(
      `select a.local || '@' || a.domain as address, c.state from account c join address a on a.account_id = c.id order by 1`,
    )
    const ctx = {
      ...world.h.ctx,
      institution: { ...world.h.ctx.institution, accounts },
      registries: new Map([['recibos', async () => held]]),
    }
    const drifts = () =>
      world.h.look<{ detail: object }>(`select detail from event where kind = 'registry-drift' order by id`)
    await reconcile(ctx)
    expect(await drifts()).toEqual([])
    held.pop()
    held.push({ address: 'nadie@colima.example', state: 'active' })
    Object.assign(held[0] as object, { state: held[0]?.state === 'active' ? 'blocked' : 'active' })
    await reconcile(ctx)
    await reconcile(ctx)
    expect(await drifts()).toMatchObject([{ detail: { missing: 1, extra: 1, state: 1 } }])
  })
})
