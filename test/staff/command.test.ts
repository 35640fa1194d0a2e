import { PassThrough } from 'node:stream'
import { expect } from 'vitest'
import { members } from '../../api/staff/command.ts'
import { type House, house } from '../house.ts'
import { mci as bare } from '../kiosks/rows.ts'
import { inOneGo } from './desk.ts'

const { onPostgres } = house()

const mci = (h: House, args: string[]) =>
  bare(h, args, { SECRET_KEY: h.ctx.config.secretKeys[0]?.toString('base64') ?? '' })

/** The same within this process, for the many. */
async function run(h: House, argv: string[]) {
  const io = { stdout: new PassThrough(), stderr: new PassThrough() }
  const code = await members(
    argv.slice(1),
    io,
    work => work(h.ctx),
    () => {},
  )
  return { code, out: String(io.stdout.read() ?? ''), err: String(io.stderr.read() ?? '') }
}

const named = ['--name', 'Lidia Pérez', '--role', 'operator,helpdesk']

onPostgres('an operator gives somebody access, and what is printed once opens the desk', async h => {
  const units = ['--unit', '06dpr0104x, level:Primaria,domain:colima.example']
  const made = await mci(h, ['members', 'add', 'Lidia@Escritorio.example', ...named, ...units, '--json'])
  expect(made, made.err).toMatchObject({ code: 0, err: '' })
  const told = JSON.parse(made.out)
  expect(told).toEqual({
    id: expect.any(String),
    login: 'lidia@escritorio.example',
    name: 'Lidia Pérez',
    roles: ['operator', 'helpdesk'],
    units: ['centre:06DPR0104X', 'level:Primaria', 'domain:colima.example'],
    password: expect.stringMatching(/^[a-z2-9-]{23}$/),
    totpSecret: expect.stringMatching(/^[A-Z2-7]{32}$/),
  })
  const { password, totpSecret: seed } = told
  const visitor = h.visitor()
  await inOneGo(visitor, { id: told.id, login: told.login, password, seed })
  expect((await visitor.ask('GET', '/api/movements')).status).toBe(200)

  const off = await mci(h, ['members', 'off', 'lidia@escritorio.example', '--json'])
  expect([off.code, JSON.parse(off.out)]).toEqual([0, { login: told.login, off: true }])
  expect((await visitor.ask('GET', '/api/session')).status).toBe(401)
  const on = await mci(h, ['members', 'on', 'lidia@escritorio.example'])
  expect(on.out).toBe('Lidia Pérez (lidia@escritorio.example) tiene acceso.\n')
  await inOneGo(visitor, { id: told.id, login: told.login, password, seed }, 1)
  const listed = await mci(h, ['members', 'list'])
  expect(listed.out).toContain('con acceso  lidia@escritorio.example  Lidia Pérez  operator,helpdesk')
  expect(listed.out).not.toContain(password)
  const events = await h.look<{ kind: string; actor: string }>(
    `select kind, actor from event where detail->>'member' = '${told.id}' order by id`,
  )
  expect(events).toEqual(
    ['member-added', 'member-changed', 'member-changed'].map(kind => ({ kind, actor: 'system' })),
  )
})

onPostgres('what an operator mistypes is wrong use, told in a sentence', async h => {
  const add = (login: string, ...more: string[]) => ['members', 'add', login, ...more]
  for (const wrong of [
    ['members', 'add'],
    ['members', 'list', 'x'],
    ['members', 'drop', 'x@y.mx'],
    add('a@b.mx'),
    add('a@b.mx', '--name', 'Ana'),
    add('a@b.mx', '--role', 'operator'),
    add('a@b.mx', '--name', 'Ana', '--role', ''),
    add('a@b.mx', '--name', 'Ana', '--role', 'jefa'),
    add('a@b.mx', '--name', 'Ana', '--role', 'operator,toString'),
    add('sin-arroba', ...named),
    add('a@b.mx', ...named, '--unit', 'Primaria'),
    add('a@b.mx', ...named, '--unit', 'domain:otro.example'),
    add('a@b.mx', ...named, '--unit', 'centre:1'),
    add('a@b.mx', '--name', 'Ana', '--role', 'director'),
    add('a@b.mx', ...named, '--sesamo'),
  ])
    expect(await run(h, wrong), wrong.join(' ')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('uso: mci members add'),
    })
  expect(await mci(h, add('a@b.mx', '--name', 'Ana', '--role', 'jefa'))).toMatchObject({ code: 2, out: '' })
  expect(await bare(h, add('a@b.mx', ...named))).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^SECRET_KEY: is missing/),
  })
  expect(await h.look(`select 1 from member where login = 'a@b.mx'`)).toEqual([])
})

onPostgres('nobody is added twice, nor is the only one who administers switched off', async h => {
  const admin = ['members', 'add', 'sola@escritorio.example', '--name', 'Sola', '--role', 'admin']
  expect((await run(h, admin)).code).toBe(0)
  expect(await run(h, admin)).toMatchObject({ code: 1, err: expect.stringContaining('ya tiene acceso') })
  await h.look(
    `update member set off_at = now() where 'admin' = any(roles) and login <> 'sola@escritorio.example'`,
  )
  expect(await run(h, ['members', 'off', 'sola@escritorio.example'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('única'),
  })
  expect((await run(h, ['members', 'off', 'nadie@escritorio.example'])).code).toBe(1)
})
