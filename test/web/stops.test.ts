import { describe, expect, test } from 'vitest'
import type { Problem } from '../../web/api.ts'
import { stopPage } from '../../web/kiosk/stops.ts'
import { esMX } from '../../web/words/es-MX.ts'
import { sentences } from '../../web/words/say.ts'

const institution = {
  name: 'Secretaría de Prueba',
  shortName: 'SP',
  timeZone: 'America/Mexico_City',
  brand: { colour: '#0F4C4A', logo: null },
  contact: {
    area: 'Mesa de Ayuda',
    place: 'Oficinas centrales',
    phone: '312 000 0000',
    hours: 'lunes a viernes',
    email: 'ayuda@sp.example',
    bring: 'Identificación oficial',
  },
  profiles: [
    {
      name: 'worker',
      claim: [
        { name: 'curp', label: 'CURP', hint: '', pattern: '' },
        { name: 'curt', label: 'CURT', hint: '', pattern: '' },
      ],
    },
  ],
  directions: {} as Record<string, string>,
  texts: {},
  privacyNotice: {},
  delivery: 'temporal' as const,
  confirmation: 'direct' as const,
  webmail: null,
  kiosk: { idle: 60, countdown: 30, keyboard: false, printer: false },
  version: 'una',
  demo: false,
}
const now = new Date('2026-11-22T16:42:00Z')
const page = (problem: Problem, directions = {}) =>
  stopPage({
    problem,
    institution: { ...institution, directions },
    profile: 'worker',
    say: sentences(esMX),
    now,
  })

const CODES = [
  'not-verified',
  'too-many-attempts',
  'no-alternate-email',
  'update-email',
  'account-blocked',
  'reset-recently',
  'in-progress',
  'create-by-request',
  'needs-review',
  'self-service-paused',
  'not-available',
  'no-connection',
  'visit-expired',
  'visit-gone',
  'nobody-has-heard-of-it',
]

describe('A07 a stop', () => {
  test.each(CODES)('%s has words of its own and no hole in them', code => {
    const { title, said, steps } = page({ code, status: 409 })
    const text = [title, ...said, ...steps].join(' ')
    expect(text).not.toMatch(/[{}]|undefined|null/)
    expect([...said, ...steps].length).toBeGreaterThan(0)
  })

  test('says what the institution wants people to do, line by line, in place of our own advice', () => {
    const { steps } = page(
      { code: 'account-blocked', status: 409 },
      { 'account-blocked': 'Llame al {phone}.\n\n Pida ayuda.\n' },
    )
    expect(steps).toEqual(['Llame al 312\u00A0000\u00A00000.', 'Pida ayuda.'])
  })

  test('says what the reply says rather than the general directions', () => {
    const problem = { code: 'create-by-request', status: 409, directions: 'Pídala a su nivel.' }
    expect(page(problem, { 'create-by-request': 'Otra cosa.' }).steps).toEqual(['Pídala a su nivel.'])
  })

  test('of a wait tells how long', () => {
    expect(page({ code: 'too-many-attempts', status: 429, retryAfter: 1800 }).title).toBe('Espere 30 minutos')
  })

  test('of a recent reset tells when, where it went and when another may be asked for', () => {
    const { title, said } = page({
      code: 'reset-recently',
      status: 409,
      at: '2026-11-22T16:30:00Z',
      againAt: '2026-11-22T16:45:00Z',
      alternateEmail: 'mar***@g***.com',
    })
    expect([title, ...said]).toEqual([
      'Ya enviamos un correo a las 10:30 h',
      'Lo enviamos a mar***@g***.com.',
      'Puede pedir otro a las 10:45 h.',
    ])
  })

  test('in progress carries its folio', () => {
    const { folio, said } = page({
      code: 'in-progress',
      status: 409,
      folio: 'M-2026-K7WQ4T',
      at: '2026-11-22T16:30:00Z',
    })
    expect({ folio, said }).toEqual({ folio: 'M-2026-K7WQ4T', said: ['Lo pidió a las 10:30 h.'] })
  })

  test('gives the reference where somebody has to be called', () => {
    for (const code of ['not-verified', 'needs-review', 'nobody-has-heard-of-it'])
      expect(page({ code, status: 409, reference: 'R7K2Q9' }).reference).toBe('R7K2Q9')
  })
})
