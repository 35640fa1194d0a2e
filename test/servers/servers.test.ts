import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Dovecot, missing as missingDovecot, startDovecot } from './dovecot.ts'
import { needs } from './needs.ts'
import { missing as missingPostgres, type PostgresServer, postgresAt, startPostgres } from './postgres.ts'

describe.skipIf(needs(missingPostgres))('the PostgreSQL of the run', () => {
  test('gives every file a copy of a template, and takes it away', async () => {
    const server = postgresAt(inject('postgres'))
    await server.createDatabase('servers_template')
    await server.sql('create table person (name text)', 'servers_template')
    await server.createDatabase('servers_copy', 'servers_template')
    expect(await server.sql('select count(*)::int as people from person', 'servers_copy')).toEqual([
      { people: 0 },
    ])
    await server.dropDatabase('servers_copy')
    await server.dropDatabase('servers_template')
    const left = await server.sql("select datname from pg_database where datname like 'servers%'")
    expect(left).toEqual([])
  })

  test('goes down and comes back with its rows', async () => {
    const server = await startPostgres()
    await server.sql('create table person as select 1 as id')
    await server.down()
    await expect(server.sql('select 1')).rejects.toThrow()
    await server.up()
    expect(await server.sql('select id from person')).toEqual([{ id: 1 }])
    await server.stop()
  })
})

describe.skipIf(needs(missingPostgres, missingDovecot))('Dovecot reads who may sign in from our view', () => {
  let server: PostgresServer
  let dovecot: Dovecot
  const odd = 'a "quoted" \\ pass ñ{5}'

  beforeAll(async () => {
    server = await startPostgres()
    await server.sql(`create role dovecot login;
      create view mailbox_login as select * from (values
        ('maria', 'example.mx', '{PLAIN}${odd}', 100), ('jose', 'example.mx', '{PLAIN}simple', 100)
      ) as v(username, domain, password, quota_mb);
      grant select on mailbox_login to dovecot`)
    const { port, hostname } = new URL(server.url())
    dovecot = await startDovecot({ host: hostname, port: Number(port), dbname: 'postgres', user: 'dovecot' })
  })
  afterAll(async () => {
    await dovecot?.stop()
    await server?.stop()
  })

  test('the right password signs in, whatever characters it holds', async () => {
    expect(await dovecot.canSignIn('maria@example.mx', odd)).toBe(true)
    expect(await dovecot.canSignIn('Maria@Example.mx', odd)).toBe(true)
    expect(await dovecot.canSignIn('jose@example.mx', 'simple')).toBe(true)
  })

  test('another password or person does not', async () => {
    expect(await dovecot.canSignIn('maria@example.mx', 'simple')).toBe(false)
    expect(await dovecot.canSignIn('maria@example.org', odd)).toBe(false)
    expect(await dovecot.canSignIn('maria@example.mx', '')).toBe(false)
    expect(await dovecot.canSignIn('maria@example.mx', odd)).toBe(true)
  })

  test('a server that cannot tell is an error, not a wrong password', async () => {
    await server.down()
    await expect(dovecot.canSignIn('maria@example.mx', odd)).rejects.toThrow()
    await server.up()
    await expect
      .poll(() => dovecot.canSignIn('maria@example.mx', odd).catch(() => false), { timeout: 20_000 })
      .toBe(true)
  })
})
