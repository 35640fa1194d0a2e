import { expect } from 'vitest'
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

onPostgres('what an operator mistypes is told in a sentence, with its exit code', async h => {
  for (const wrong of [
    [],
    ['add'],
    ['off'],
    ['list', 'x'],
    ['add', 'x', 'y'],
    ['drop', 'x'],
    ['add', 'x', '--jsno'],
  ])
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
  for (const name of ['a/b', ' x', '<b>', 'x'.repeat(61)])
    expect((await mci(h, ['kiosks', 'add', name])).err).toContain('60 letras')
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
