import { describe, expect } from 'vitest'
import { house } from '../house.ts'
import { needs } from '../servers/needs.ts'
import { factsOf, missing, textOf } from '../servers/pdf-tools.ts'
import { created } from './letters.ts'

const university = house({
  preset: 'politecnica',
  institution: 'accounts: { personal: { selfService: [create, reset] } }\nconfirmation: direct',
})
const colima = house()
const today = () => new Date().toISOString().slice(0, 10)
const around = () => {
  const day = 86_400_000
  return `from=${new Date(Date.now() - day).toISOString().slice(0, 10)}&to=${new Date(Date.now() + day).toISOString().slice(0, 10)}`
}
const line = (pdf: Buffer) => textOf(pdf).replaceAll(/\s+/g, ' ')

describe.skipIf(needs(missing))('a register that is signed', () => {
  university.inHouse(
    'CT-RG.02 has a line for each temporary password, with room for a signature',
    async h => {
      const eva = await h.member('operator')
      const ana = await h.person({ nombre: 'Xóchitl', primer_apellido: 'Zavaleta', segundo_apellido: 'Ríos' })
      const { folio } = await created(h, ana, 'Rectoría')
      const { status, headers, bytes } = await eva.ask('GET', `/api/registers/CT-RG.02/pdf?${around()}`)
      expect(status).toBe(200)
      expect(headers['content-type']).toBe('application/pdf')
      expect(factsOf(bytes)).toMatchObject({
        Tagged: 'yes',
        JavaScript: 'no',
        'Page size': '792 x 612 pts (letter)',
      })
      const read = line(bytes)
      for (const said of [
        'Bitácora de la Coordinación de Tecnologías',
        'CT-RG.02 · Del ',
        'Quien firma recibió su contraseña temporal',
        'Firma',
        'Xóchitl Zavaleta',
        'Creación',
        'NEP/118/2026',
        'CT-RG.02 · versión 02',
      ])
        expect(read, said).toContain(said)
      expect(read.replaceAll(' ', '')).toContain(folio)
      const [event] = await h.look<{ detail: { lines: number } }>(
        `select detail from event where kind = 'register-drawn' and actor = 'member:${eva.id}'`,
      )
      expect(event?.detail.lines).toBeGreaterThanOrEqual(1)
    },
  )

  university.inHouse(
    'whoever may not unmask prints no whole name, and nobody prints another unit',
    async h => {
      const ana = await h.person({ nombre: 'Fulgencia', primer_apellido: 'Ocaranza', cct: '06DPR0104X' })
      await created(h, ana)
      const intake = await h.member('intake')
      const masked = line((await intake.ask('GET', `/api/registers/CT-RG.02/pdf?${around()}`)).bytes)
      expect(masked).toContain('F*** O***')
      expect(masked).not.toMatch(/Fulgencia|Ocaranza|fulgencia/)
      const other = await h.member('operator', { units: ['centre:06DPR9999Z'] })
      const none = line((await other.ask('GET', `/api/registers/CT-RG.02/pdf?${around()}`)).bytes)
      expect(none).toContain('0 renglones')
    },
  )

  colima.inHouse('an institution without one of its own has a general one; others are none', async h => {
    const eva = await h.member('operator')
    await created(h, await h.person())
    const own = await eva.ask('GET', `/api/registers/MOVIMIENTOS/pdf?${around()}`)
    expect(line(own.bytes)).toContain('Registro de movimientos de cuentas')
    const said = [
      await eva.ask('GET', `/api/registers/CT-RG.02/pdf?${around()}`),
      await eva.ask('GET', `/api/registers/MOVIMIENTOS/pdf?from=${today()}&to=2020-01-01`),
      await eva.ask('GET', '/api/registers/MOVIMIENTOS/pdf?from=2020-01-01&to=2026-01-01'),
      await eva.ask('GET', '/api/registers/MOVIMIENTOS/pdf?from=2026-02-30&to=2026-03-01'),
    ]
    expect(said.map(({ status }) => status)).toEqual([404, 400, 400, 400])
  })
})
