import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type House, openHouse, type Person } from '../house.ts'
import { needs } from '../servers/needs.ts'
import { missing, type PostgresServer, startPostgres } from '../servers/postgres.ts'
import { credentialsIn } from '../visitor.ts'
import { rightSettings, runToEnd, type Service, startService } from './service.ts'

const faketime = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'
const missingFaketime = () =>
  existsSync(faketime) ? undefined : 'apt-get install --no-install-recommends faketime'

describe.skipIf(needs(missing))('the service as an operator runs it', () => {
  let server: PostgresServer
  let h: House
  const started: Service[] = []
  const start = async (settings: Record<string, string | undefined> = {}) => {
    const service = await startService({ DATABASE_URL: h.databaseUrl, SMTP_URL: h.smtp.url, ...settings })
    started.push(service)
    return service
  }

  beforeAll(async () => {
    server = await startPostgres()
    h = await openHouse('PostgreSQL', {
      server,
      institution: 'limits: { resets: [[100, 1h]], mailsPerAddress: [[100, 1h]] }',
    })
  })
  afterAll(async () => {
    for (const service of started) await service.stop('SIGKILL')
    await h.close()
    await server.stop()
  })

  /** The whole way of one person at this service; what of it may stand nowhere. */
  async function wholeWay(service: Service, who: Person) {
    const visitor = service.visitor()
    await visitor.ask('GET', '/trabajador?correo=marca@consulta.mx&curp=MARCA800101')
    expect((await visitor.ask('GET', `/no-hay/${who.claim.curp}?token=marcadetoken`)).status).toBe(404)
    expect(
      (await visitor.identify({ profile: 'worker', claim: { ...who.claim, curt: 'OTRA1234' } })).status,
    ).toBe(403)
    await visitor.ask('POST', '/api/visits', {
      profile: 'worker',
      claim: { curp: `${who.claim.curp}\r\n{"level":60}`, curt: '\u001b[31m\u2028x' },
    })
    await visitor.ask('POST', '/api/visits', '{"profile":"worker","claim":{"curp":"marcarota', {
      'content-type': 'application/json',
    })
    await visitor.goThrough(who)
    const cookies = [...visitor.cookies.values()]
    const mail = await h.smtp.waitFor(({ to }) => to.includes(who.alternate))
    const { account, password, alert } = credentialsIn(mail.text)
    expect((await visitor.ask('POST', '/api/links', { token: 'marcadeenlace' })).status).toBe(410)
    expect((await visitor.ask('POST', '/api/links/password', { token: alert, password })).status).toBe(410)
    const own = `el volcán ${who.claim.curt} duerme`
    expect((await visitor.changePassword(account, 'marcadeintento', own)).status).toBe(403)
    expect((await visitor.changePassword(account, password, own)).status).toBe(204)
    const ids = cookies.map(
      cookie => JSON.parse(Buffer.from(cookie.split('.')[1] ?? '', 'base64url').toString()).jti,
    )
    return {
      secrets: [password, own, alert, 'marcadeintento', 'marcadetoken', 'marcadeenlace', ...cookies, ...ids],
      personal: [
        'marcarota',
        'marca@consulta',
        'MARCA800101',
        account,
        who.alternate,
        who.claim.curp,
        who.claim.curt,
      ],
    }
  }

  test.each(['info', 'debug'])(
    'LEY-04 SEC-23 SEC-144 SEC-145 at level %s a whole day of people leaves no secret and no person in any log, file or dump',
    async level => {
      const service = await start({ LOG_LEVEL: level })
      const people = await h.people(2)
      const ways = await Promise.all(people.map(who => wholeWay(service, who)))
      const secrets = ways.flatMap(way => way.secrets)
      const files = readdirSync(service.dataDir, { recursive: true, withFileTypes: true })
      const kept = files
        .filter(file => file.isFile())
        .map(file => readFileSync(join(file.parentPath, file.name), 'latin1'))
      const dump = execFileSync('pg_dump', [h.databaseUrl], { encoding: 'utf8', maxBuffer: 1 << 28 })
      expect(dump).toContain(people[0]?.row.curp)
      for (const secret of secrets)
        for (const text of [dump, ...kept]) expect(text, secret).not.toContain(secret)
      expect(await service.stop()).toBe(0)
      const lines = service
        .output()
        .trimEnd()
        .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
      const told = lines.filter(line => !line.startsWith('ready ')).map(line => JSON.parse(line))
      expect(told.filter(({ msg }) => msg === 'answered').length).toBeGreaterThanOrEqual(people.length * 8)
      expect(told.every(({ level }) => level < 60)).toBe(true)
      for (const text of [...secrets, ...ways.flatMap(way => way.personal)])
        expect(service.output(), text).not.toContain(text)
      expect(service.output()).not.toMatch(/\?|@[a-z]/)
    },
  )

  test('probes say how it is, figures name nobody, and a stop lets what runs end', async () => {
    const service = await start({ LOG_LEVEL: 'warn' })
    const who = await h.person()
    const visitor = service.visitor()
    await visitor.goThrough(who)
    const figures = await (await service.management('/metrics')).text()
    expect(figures).toMatch(/^mci_movimientos_total\{tipo="account-creation",resultado="done"\} \d+$/m)
    expect(figures).toMatch(/^mci_http_segundos_count\{metodo="POST",ruta="\/api\/visits",estado="201"\} 1$/m)
    expect(figures).toMatch(/^mci_correo_en_cola \d+$/m)
    expect(figures).not.toMatch(/@|M-20|[A-Z]{4}\d{6}/)
    for (const path of ['/healthz', '/readyz']) expect((await service.management(path)).status).toBe(200)
    expect((await service.management('/')).status).toBe(404)

    await server.down()
    expect([
      (await service.management('/healthz')).status,
      (await service.management('/readyz')).status,
    ]).toEqual([200, 503])
    expect(await (await service.management('/metrics')).text()).toContain('process_cpu')
    await server.up()
    while ((await service.management('/readyz')).status !== 200)
      await new Promise(done => setTimeout(done, 50))

    const next = await h.person()
    const late = service.visitor()
    await late.identify(next)
    h.smtp.answer({ rcptDelayMs: 1500 })
    const running = late.confirm()
    await new Promise(done => setTimeout(done, 500))
    const ended = service.stop()
    await new Promise(done => setTimeout(done, 200))
    expect((await service.management('/readyz')).status).toBe(503)
    await expect(fetch(service.url)).rejects.toThrow()
    expect((await running).body).toMatchObject({ state: 'done' })
    expect(await ended).toBe(0)
    h.smtp.answer()
    const warned = service
      .output()
      .split('\n')
      .filter(line => !line.startsWith('ready ') && line !== '' && !line.includes('"msg":"queue"'))
    expect(warned).toEqual([])
  })

  test('the port that somebody else holds is named in one line', async () => {
    const service = await start({ LOG_LEVEL: 'warn' })
    const settings = { ...rightSettings, DATABASE_URL: h.databaseUrl, SMTP_URL: h.smtp.url }
    const taken = await runToEnd({ ...settings, PORT: String(service.port), LOG_LEVEL: 'warn' })
    expect([taken.code, taken.err]).toEqual([
      1,
      `PORT: ${service.port} cannot be used on 127.0.0.1 (EADDRINUSE)\n`,
    ])
    await service.stop()
  })

  test('an owner makes the tables, and a login without any right of its own works with them', async () => {
    await server.sql(
      'create role duena login createrole; create role servicio login; create role ajena login',
    )
    await server.sql('create database dos_papeles owner duena')
    const asOwner = server.url('dos_papeles', 'duena')
    const settings = { DATABASE_URL: server.url('dos_papeles', 'servicio'), LOG_LEVEL: 'warn' }
    const service = await start({ ...settings, MIGRATION_DATABASE_URL: asOwner })
    expect((await service.management('/readyz')).status).toBe(200)
    expect(
      (await service.visitor().identify({ profile: 'worker', claim: (await h.person()).claim })).body.code,
    ).toBe('not-verified')
    const [rights] = await server.sql(
      `select has_table_privilege('servicio', 'event', 'update') as changes, pg_has_role('servicio', 'mci_app', 'member') as works,
       has_schema_privilege('servicio', 'public', 'create') as makes`,
      'dos_papeles',
    )
    expect(rights).toEqual({ changes: false, works: true, makes: false })
    await service.stop()
    const right = { ...rightSettings, SMTP_URL: h.smtp.url }
    const bare = await runToEnd({ ...right, DATABASE_URL: server.url('dos_papeles', 'ajena') })
    expect([bare.code, bare.err]).toEqual([1, expect.stringMatching(/^DATABASE_URL: [^\n]+\n$/)])
    await server.sql('create database sin_derechos')
    const empty = await runToEnd({ ...right, DATABASE_URL: server.url('sin_derechos', 'ajena') })
    expect([empty.code, empty.err]).toEqual([
      1,
      expect.stringMatching(/^DATABASE_URL: its login cannot make the tables: [^\n]+\n$/),
    ])
  })

  test.skipIf(needs(missingFaketime))(
    'REL-51 on nodes whose clocks are wrong by six hours, visits and passwords end when the database says',
    async () => {
      const wrong = (hours: string) =>
        start({ LD_PRELOAD: faketime, FAKETIME: hours, FAKETIME_DONT_FAKE_MONOTONIC: '1', LOG_LEVEL: 'warn' })
      const [early, late] = await Promise.all([wrong('-6h'), wrong('+6h')])
      const clock = async (service: Service) =>
        Date.parse((await fetch(service.url)).headers.get('date') ?? '')
      expect(Math.round(((await clock(late)) - (await clock(early))) / 3_600_000)).toBe(12)
      for (const [here, there] of [
        [early, late],
        [late, early],
      ] as const) {
        const who = await h.person()
        const visitor = here.visitor()
        const known = await visitor.identify(who)
        const left = Date.parse(known.body.expiresAt) - Date.now()
        expect(left > 590_000 && left <= 601_000, String(left)).toBe(true)
        const elsewhere = there.visitor()
        for (const [name, value] of visitor.cookies) elsewhere.cookies.set(name, value)
        expect((await elsewhere.confirm()).body.state).toBe('done')
        expect((await elsewhere.ask('GET', '/api/institution')).headers['set-cookie']).toBeUndefined()
        const { account, password } = credentialsIn(
          (await h.smtp.waitFor(({ to }) => to.includes(who.alternate))).text,
        )
        const [box] = await h.look<{ hours: number }>(
          `select extract(epoch from password_until - now())::float8 / 3600 as hours from mailbox where local || '@' || domain = '${account}'`,
        )
        expect(Math.round(box?.hours ?? 0)).toBe(24)
        await h.look(
          `update mailbox set password_until = now() - interval '1 s' where local || '@' || domain = '${account}'`,
        )
        expect(
          (await here.visitor().changePassword(account, password, 'una frase larga y propia')).status,
        ).toBe(403)
        await h.look(
          `update mailbox set password_until = now() + interval '5 s' where local || '@' || domain = '${account}'`,
        )
        expect(
          (await here.visitor().changePassword(account, password, 'una frase larga y propia')).status,
        ).toBe(204)
        await h.look(`update visit set expires_at = now() - interval '1 s' where person_id = '${who.id}'`)
        expect((await visitor.ask('GET', '/api/visits/current')).body.code).toBe('visit-expired')
      }
      await Promise.all([early.stop(), late.stop()])
    },
  )
})
