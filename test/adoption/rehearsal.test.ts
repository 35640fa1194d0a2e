import { chownSync } from 'node:fs'
import { PresenceFilter } from 'ldapts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { randomFrom } from '../chaos/random.ts'
import { openHolder } from '../servers/directory.ts'
import { needs } from '../servers/needs.ts'
import { missing as missingPostgres } from '../servers/postgres.ts'
import { serverFolder, serverIdentity } from '../servers/program.ts'
import { missing } from '../servers/slapd.ts'
import { type DirtyDirectory, dirtyDirectory } from './dirty-directory.ts'
import { eachAtOnce, forecastByCurp, visit } from './go-live.ts'
import { adoptIn, type LdapWorld, openLdapWorld } from './ldap-world.ts'

/** slapd notes every write in a database of its own, as an auditor would have it. */
function changeLog(): string {
  const folder = serverFolder('log')
  const { uid, gid } = serverIdentity('openldap')
  chownSync(folder, uid, gid)
  return `dn: cn=module{0},cn=config
changetype: modify
add: olcModuleLoad
olcModuleLoad: accesslog

dn: olcDatabase={2}mdb,cn=config
changetype: add
objectClass: olcMdbConfig
olcDatabase: {2}mdb
olcSuffix: cn=log
olcRootDN: cn=admin,dc=example,dc=mx
olcDbDirectory: ${folder}
olcDbNoSync: TRUE

dn: olcOverlay=accesslog,olcDatabase={1}mdb,cn=config
changetype: add
objectClass: olcOverlayConfig
objectClass: olcAccessLogConfig
olcOverlay: accesslog
olcAccessLogDB: cn=log
olcAccessLogOps: writes
olcAccessLogSuccess: TRUE
`
}

describe.skipIf(needs(missing, missingPostgres))('the rehearsal', () => {
  let world: LdapWorld
  let made: DirtyDirectory
  beforeAll(async () => {
    made = dirtyDirectory({ entries: 260, people: 250, random: randomFrom(64), domain: 'colima.example' })
    world = await openLdapWorld({ ldif: made.ldif })
    world.directory.configure(changeLog())
    await world.h.load(
      'workers',
      made.workers.map(({ row }) => row),
    )
  })
  afterAll(() => world?.close())

  const writes = async () =>
    (await openHolder(world.directory).all(new PresenceFilter({ attribute: 'reqType' }), 'cn=log')).length
  /** Every table, by what it holds. */
  const tables = async () => {
    const names = await world.h.look<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    )
    const held = names.map(
      ({ name }) =>
        `select '${name}' as name, md5(coalesce(string_agg(t::text, ',' order by t::text), '')) as held from "${name}" t`,
    )
    return world.h.look(`${held.join(' union all ')} order by name`)
  }

  test('writes nothing, here or there, and 60 visits come to what it says, without an adoption before them', async () => {
    const [paused, ...others] = made.workers
    await world.h.look(`update person set paused_until = 'infinity' where id =
      (select person_id from person_identifier where value = '${paused?.claim.curp}')`)
    const before = await tables()
    const { code, report } = await adoptIn(world.h, '--simulate', '--json')
    expect(code).toBe(3)
    expect(await tables()).toEqual(before)
    expect(await writes()).toBe(0)
    expect(report.changed).toEqual({ linked: 0, proposed: 0, withdrawn: 0, foreign: 0 })
    const foretold = await forecastByCurp(world.h, report)
    expect(foretold.size).toBe(250)
    expect(foretold.get(paused?.claim.curp ?? '')).toBe('self-service-paused')
    // What name and centre propose is known at the kiosk only once an adoption has written it down.
    const proposed = new Set(report.lists.proposed.flatMap(({ persons }: { persons: string[] }) => persons))
    const ids = await world.h.look<{ id: string; curp: string }>(
      `select person_id as id, value as curp from person_identifier where kind = 'curp'`,
    )
    const waits = new Set(ids.filter(({ id }) => proposed.has(id)).map(({ curp }) => curp))
    const sample = [paused, ...others].filter(one => one && !waits.has(one.claim.curp)).slice(0, 60)
    const said = new Map<string, string>()
    await eachAtOnce(sample, 4, async one => {
      if (one) said.set(one.claim.curp, await visit(world.h, one))
    })
    expect([...said]).toEqual([...said.keys()].map(curp => [curp, foretold.get(curp)]))
    expect(new Set(said.values()).isSupersetOf(new Set(['create', 'reset', 'account-blocked']))).toBe(true)
    // The same log does see what is written.
    expect(await writes()).toBeGreaterThan(20)
  }, 120_000)

  test('reads well at a terminal, and names nobody’s key', async () => {
    const { out } = await adoptIn(world.h, '--simulate')
    expect(out).toMatch(/^Entradas leídas +\d+\n/)
    expect(out).toContain('Si hoy viniera cada persona del padrón:')
    expect(out).toMatch(/restablece su contraseña +\d+/)
    expect(out).toContain('no se escribió nada, ni aquí ni en el directorio')
    const { report } = await adoptIn(world.h, '--simulate', '--json')
    for (const { claim } of made.workers) expect(JSON.stringify(report)).not.toContain(claim.curp)
  })
})
