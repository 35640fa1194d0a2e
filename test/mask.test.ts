import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskAccount, maskCct, maskEmail, maskName } from '../api/mask.ts'

const many = { numRuns: 10_000 }
const stars = (text: string) => text.match(/\*+/g) ?? []
const name = fc.oneof(
  fc.constantFrom('María Luisa', 'Güemes', 'de la O', 'Ñ', '𝒜', 'O’Neil', '<b>'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
)
const part = (max: number) => fc.stringMatching(new RegExp(`^[a-z0-9]{1,${max}}$`))

describe('what is shown of a person', () => {
  it('A09: looks as written down', () => {
    expect(maskName({ given: 'María Luisa', surname1: 'López', surname2: 'Güemes' })).toBe('M*** L*** G.')
    expect(maskEmail('marialuisa@gmail.com')).toBe('mar***@g***.com')
    expect(maskEmail('ana@itcolima.edu.mx')).toBe('a***@i***.mx')
    expect(maskAccount('maria.lopez@docente.example')).toBe('m***.l***@docente.example')
    expect(maskCct('06DPR0104X')).toBe('06D***04X')
    expect(maskCct('')).toBe('')
  })
  it('A09: of a name only initials, and three asterisks whatever its length', () => {
    fc.assert(
      fc.property(name, name, fc.option(name, { nil: '' }), (given, surname1, surname2) => {
        const initial = (text: string) => [...text][0] ?? ''
        const last = surname2 === '' ? '' : ` ${initial(surname2)}.`
        expect(maskName({ given, surname1, surname2 })).toBe(
          `${initial(given)}*** ${initial(surname1)}***${last}`,
        )
      }),
      many,
    )
  })
  it('A09: of an address three characters at most, one of a short one, and never its domain', () => {
    fc.assert(
      fc.property(
        part(30),
        part(20),
        fc.constantFrom('com', 'mx', 'com.mx', 'edu.mx'),
        (local, host, top) => {
          const masked = maskEmail(`${local}@${host}.${top}`)
          const [shown = '', domain = ''] = masked.split('@')
          expect(shown).toBe(`${local.slice(0, local.length < 6 ? 1 : 3)}***`)
          expect(domain).toBe(`${host[0]}***.${top.split('.').at(-1)}`)
          expect(stars(masked)).toEqual(['***', '***'])
        },
      ),
      many,
    )
  })
  it('A09: of an account one character of each part', () => {
    fc.assert(
      fc.property(fc.array(part(12), { minLength: 1, maxLength: 4 }), parts => {
        expect(maskAccount(`${parts.join('.')}@colima.example`)).toBe(
          `${parts.map(one => `${one[0]}***`).join('.')}@colima.example`,
        )
      }),
      many,
    )
  })
})
