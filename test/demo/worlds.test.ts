import { mkdtempSync, openAsBlob, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { loadConfig } from '../../api/config.ts'
import { type Context, createContext } from '../../api/context.ts'
import { openDatabase } from '../../api/db/open.ts'
import { seedDemo } from '../../api/demo/seed.ts'
import { openLog } from '../../api/log.ts'
import { roles } from '../../api/roles.ts'
import { createServer } from '../../api/server.ts'
import { codeOf } from '../staff/desk.ts'
import { openVisitor } from '../visitor.ts'

interface Identity {
  profile: 'worker' | 'student'
  claim: Record<string, string>
  expect: string
  note?: 'several' | 'legacy'
}

/** The demonstration of a preset in this process: what `main.ts` does, without its port. */
async function openWorld(preset: string) {
  const folder = mkdtempSync(join(tmpdir(), 'mci-world-'))
  const config = loadConfig({ INSTITUTION: preset, DATA_DIR: folder, LOG_LEVEL: 'silent' }, 'demo')
  const database = await openDatabase({
    url: undefined,
    migrationUrl: undefined,
    folder: 'memory://',
    mustBeEmpty: false,
    copyOf: await openAsBlob(inject('embedded')),
  })
  const ctx = await createContext(config, openLog(config), { database })
  await seedDemo(ctx)
  const app = await createServer(ctx)
  await app.ready()
  const close = async () => {
    await app.close()
    await ctx.close()
    rmSync(folder, { recursive: true, force: true })
  }
  const looked = async (statement: string) => {
    if (!('lite' in database.engine)) throw new Error('not embedded')
    return (await database.engine.lite.query(statement)).rows
  }
  return { ctx, app, looked, close }
}

const stops = [
  'no-alternate-email',
  'account-blocked',
  'reset-recently',
  'in-progress',
  'self-service-paused',
  'needs-review',
  'not-verified',
]

/** What the list has to offer, besides the stops that everybody's has. */
const worlds: Record<string, { also: string[]; notes: string[] }> = {
  colima: { also: ['create', 'reset'], notes: [] },
  coahuila: { also: ['create', 'reset'], notes: ['several'] },
  morelia: { also: ['create', 'reset', 'create-by-request'], notes: ['several', 'legacy'] },
  politecnica: { also: ['reset', 'create-by-request'], notes: [] },
  sinaloa: { also: ['reset', 'create-by-request'], notes: ['several'] },
}

describe.each(Object.entries(worlds))('the demonstration of %s', (preset, { also, notes }) => {
  let ctx: Context
  let world: Awaited<ReturnType<typeof openWorld>>
  let identities: Identity[]
  let address = 0
  const visitor = () => openVisitor(world.app, `10.9.${address >> 8}.${++address & 255}`)

  beforeAll(async () => {
    world = await openWorld(preset)
    ctx = world.ctx
    identities = (await visitor().ask('GET', '/api/demo')).body.identities
  })
  afterAll(() => world?.close())

  test('offers somebody for every stop that it can reach', () => {
    expect([...new Set(identities.map(one => one.expect))].sort()).toEqual([...stops, ...also].sort())
    expect([...new Set(identities.flatMap(({ note }) => note ?? []))].sort()).toEqual([...notes].sort())
    const profiles = new Set(identities.map(({ profile }) => profile))
    expect([...profiles].sort()).toEqual(Object.keys(ctx.institution.profiles).sort())
  })

  test('each identity gets what the list promises, with directions where it stops', async () => {
    for (const one of identities) {
      const { status, body } = await visitor().identify(one)
      const told = `${JSON.stringify(one)}: ${JSON.stringify(body)}`
      if (one.expect === 'create' || one.expect === 'reset') {
        expect([status, body.act], told).toEqual([201, one.expect])
        expect(body.accounts?.length, told).toBe(one.note === 'several' ? 2 : undefined)
        if (one.note === 'legacy') expect(body.account).toContain(`@${ctx.institution.legacyDomains[0]}`)
      } else {
        expect([status, body.code], told).toEqual([one.expect === 'not-verified' ? 403 : 409, one.expect])
        expect(body.directions, told).toBe(ctx.institution.directions[one.expect])
        expect(body.directions.length).toBeGreaterThan(20)
      }
    }
  })

  test('somebody of the staff signs in for every role; the director leads a centre of the padrón', async () => {
    const { members } = (await visitor().ask('GET', '/api/demo')).body
    expect(members.map((one: { roles: string[] }) => one.roles)).toEqual(
      Object.keys(roles).map(role => [role]),
    )
    for (const { login, password, totpSecret, roles: held } of members) {
      const said = await visitor().ask('POST', '/api/session', { login, password, code: codeOf(totpSecret) })
      expect(said.body, said.text).toMatchObject({ member: { login }, roles: held })
      if (held[0] !== 'director') continue
      const led = await world.looked(`select c.cct, exists (
          select 1 from affiliation f where f.centre = c.cct and f."to" is null and f.person_id <> m.person_id) as staffed
        from member m join person_identifier i on i.person_id = m.person_id and i.kind = 'curp'
        join centre c on c.director_curp = i.value and 'centre:' || c.cct = any(m.units)
        where m.login = '${login}'`)
      expect(led).toMatchObject([{ staffed: true }])
    }
  })

  const first = (expected: string) => identities.filter(one => one.expect === expected && !one.note).at(-1)

  test('a reset can be carried out, with what its mails say, and they stand on the page', async () => {
    const anybody = visitor()
    const textsNow = async (): Promise<string[]> =>
      (await anybody.ask('GET', '/api/demo')).body.mails.map(({ text }: { text: string }) => text)
    const known = await anybody.identify(first('reset') as Identity)
    let code: string | undefined
    if (known.body.confirmation === 'code') {
      expect((await anybody.confirm()).body.code).toBe('malformed')
      expect((await anybody.ask('POST', '/api/visits/current/codes')).status).toBe(202)
      // The newest mail stands first.
      code = (await textsNow()).flatMap(text => /^Código: (.+)$/m.exec(text)?.[1] ?? [])[0]
    }
    const done = await anybody.confirm(code ? { code } : {})
    expect(done.body, done.text).toMatchObject({ act: 'reset', state: 'done' })
    expect((await textsNow()).filter(text => text.includes(`Folio: ${done.body.folio}`))).toHaveLength(1)
  })
})
