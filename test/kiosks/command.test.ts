import { PassThrough } from 'node:stream'
import { expect } from 'vitest'
import { kiosks } from '../../api/kiosks/command.ts'
import { house } from '../house.ts'
import { mci, tokenOf } from './rows.ts'

const { onPostgres } = house()

onPostgres('an operator names a kiosk, switches it off and on, and sees them all', async h => {
  const added = await mci(h, ['kiosks', 'add', 'Ventanilla 3', '--json'])
  expect(added, added.err).toMatchObject({ code: 0, err: '' })
  const { name, address } = JSON.parse(added.out)
  expect(name).toBe('Ventanilla 3')
  expect(address).toMatch(/^https:\/\/correo\.colima\.example\/\?modo=kiosco#quiosco=[\w-]{43}$/)
  const kiosk = h.visitor()
  expect((await kiosk.ask('POST', '/api/kiosks/current', { token: tokenOf(address) })).status).toBe(204)

  const off = await mci(h, ['kiosks', 'off', 'Ventanilla 3', '--json'])
  expect([off.code, JSON.parse(off.out)]).toEqual([0, { name: 'Ventanilla 3', state: 'off' }])
  expect((await kiosk.ask('GET', '/api/institution')).body.code).toBe('not-available')
  const listed = async () => JSON.parse((await mci(h, ['kiosks', 'list', '--json'])).out)
  expect(await listed()).toEqual([
    {
      name: 'Ventanilla 3',
      state: 'off',
      createdAt: expect.any(String),
      seenAt: expect.any(String),
      offAt: expect.any(String),
    },
  ])
  expect((await mci(h, ['kiosks', 'on', 'Ventanilla 3'])).out).toBe(
    'El quiosco «Ventanilla 3» está encendido.\n',
  )
  expect((await kiosk.ask('GET', '/api/institution')).status).toBe(200)
  expect((await mci(h, ['kiosks', 'list'])).out).toMatch(/^encendido .* Ventanilla 3\n$/)
  expect(JSON.stringify(await listed())).not.toContain(tokenOf(address))
  const kinds = await h.look<{ kind: string; actor: string }>(
    `select kind, actor from event where detail->>'kiosk' = 'Ventanilla 3' and actor = 'system' order by id`,
  )
  expect(kinds.map(({ kind }) => kind)).toEqual(['kiosk-added', 'kiosk-off', 'kiosk-on'])
})

onPostgres('only what is a verb, with a name where one belongs, reaches the kiosks', async h => {
  const said = { stdout: new PassThrough(), stderr: new PassThrough() }
  const run = (...argv: string[]) =>
    kiosks(argv, said, work => {
      opened++
      return work(h.ctx)
    })
  let opened = 0
  for (const wrong of [
    [],
    ['off'],
    ['on'],
    ['add', 'x', 'y'],
    ['drop', 'x'],
    ['add', ''],
    ['add', 'x', '--jsno'],
  ])
    expect(await run(...wrong), wrong.join(' ')).toBe(2)
  expect(opened).toBe(0)
  for (const name of [' x', 'x ', '<b>', 'x'.repeat(61), 'a\u0000b', '.x'])
    expect(await run('add', name), name).toBe(1)
  expect(await run('add', 'Ñandú 1.-A')).toBe(0)
})

onPostgres('what an operator mistypes is told in a sentence, with its exit code', async h => {
  for (const wrong of [['add'], ['list', 'x']])
    expect(await mci(h, ['kiosks', ...wrong]), wrong.join(' ')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('uso: mci kiosks'),
    })
  expect(await mci(h, ['kiosks', 'off', 'Nadie'])).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('No hay ningún quiosco «Nadie»'),
  })
  expect((await mci(h, ['kiosks', 'add', 'a/b'])).err).toContain('60 letras')
  expect((await mci(h, ['kiosks', 'add', 'Doble'])).code).toBe(0)
  expect(await mci(h, ['kiosks', 'add', 'Doble'])).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('ya existe'),
  })
  const bare = await mci(h, ['kiosks', 'add', 'Sin direccion', '--json'], { PUBLIC_URL: '' })
  expect(JSON.parse(bare.out).address).toContain('#quiosco=')
  expect(bare.err).toContain('Falta PUBLIC_URL')
})
