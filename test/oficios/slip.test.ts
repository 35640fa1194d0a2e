import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadInstitution } from '../../api/institution/load.ts'
import { openPress } from '../../api/oficios/press.ts'
import { drawSlip } from '../../api/oficios/slip.ts'
import { house } from '../house.ts'
import { needs } from '../servers/needs.ts'
import { factsOf, missing, textOf } from '../servers/pdf-tools.ts'

const { inHouse } = house()

const password = 'Kaden23prty9WXae45'
const sheet = {
  folio: 'M-2026-K7WQ4T',
  account: 'xochitl.zavaleta@colima.example',
  label: 'Personal',
  holder: 'Xóchitl Zavaleta Quijano',
  secret: { password },
  expiresAt: new Date('2026-11-23T16:42:00Z'),
  at: new Date('2026-11-22T16:42:00Z'),
}
const line = (pdf: Buffer) => textOf(pdf).replaceAll(/\s+/g, ' ')

describe.skipIf(needs(missing))('the sheet with what signs in', () => {
  inHouse('says it once, in fours, until when, and how to enter; nothing of it is kept', async h => {
    const pdf = await drawSlip(h.ctx, sheet)
    expect(factsOf(pdf)).toMatchObject({ Tagged: 'yes', JavaScript: 'no', Pages: '1' })
    expect(pdf.length).toBeLessThanOrEqual(80_000)
    const read = line(pdf)
    for (const said of [
      'Xóchitl Zavaleta Quijano',
      'xochitl.zavaleta@colima.example',
      'Contraseña temporal Kade n23p rty9 WXae 45',
      'Sirve una vez y vence el 23 nov 2026, 10:42 h.',
      'https://correo.colima.example/',
      'http://localhost:3000/contrasena',
      'M-2026-K7WQ4T',
    ])
      expect(read, said).toContain(said)
    const tables = await h.look<{ name: string }>(
      `select table_schema || '.' || table_name as name from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema in ('public', 'pgboss')`,
    )
    for (const { name } of tables) {
      const rows = JSON.stringify(await h.look(`select * from ${name}`))
      for (const part of [password, 'Kade n23p']) expect(rows.includes(part), name).toBe(false)
    }
    const { dataDir } = h.ctx.config
    const found = existsSync(dataDir)
      ? execFileSync('sh', ['-c', 'grep -rl -e "$1" -e "Kade n23p" "$2" || true', 'sh', password, dataDir], {
          encoding: 'utf8',
        })
      : ''
    expect(found).toBe('')
  })

  inHouse('a key for who reads no mail says where to type it', async h => {
    const pdf = await drawSlip(h.ctx, { ...sheet, secret: { activationKey: 'K7WQ 4TXM 9RBH' } })
    const read = line(pdf)
    expect(read).toContain('Clave de activación K7WQ 4TXM 9RBH')
    expect(read).toContain('http://localhost:3000/activar')
    expect(read).not.toContain('Contraseña temporal')
  })

  const presets: [string, string[]][] = [
    [
      'sinaloa',
      [
        'Cuenta de Correo Electrónico RSDT-08.02',
        'Usuario',
        'Kade n23p rty9 WXae 45',
        'Recibí los datos de acceso',
        'Nombre Firma Fecha y hora',
        'RSDT-08.02 · versión 01 · vigente desde el 26 mar 2014',
        'Secretaría de Innovación Gubernamental',
      ],
    ],
    [
      'politecnica',
      ['Recibo una contraseña temporal', 'Recibí los datos de acceso', 'Coordinación de Tecnologías'],
    ],
    ['coahuila', ['Datos de acceso a su cuenta de correo']],
    ['morelia', ['Datos de acceso a su cuenta de correo']],
  ]
  test.each(presets)('%s has its own form of it', async (preset, all) => {
    const press = openPress()
    const institution = loadInstitution(preset, {})
    const ctx = { institution, publicUrl: 'https://correo.example', press } as never
    const read = line(await drawSlip(ctx, sheet).finally(() => press.close()))
    for (const said of all) expect(read, said).toContain(said)
  })

  test('a letter that takes too long is given up, and the next one is drawn', async () => {
    const press = openPress(0.001)
    const bare = {
      title: 'x',
      colour: '#000000',
      head: { name: 'x', area: '', shortName: 'X' },
      parts: [],
      foot: { document: '', folio: '' },
    }
    await expect(press.draw(bare)).rejects.toMatchObject({ code: 'not-available' })
    await press.close()
    const patient = openPress()
    expect((await patient.draw(bare)).subarray(0, 5).toString()).toBe('%PDF-')
    await patient.close()
  })
})
