import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { candidateLogins, firstGiven, plain } from '../../api/accounts/naming.ts'

const templates = ['{given}.{surname1}', '{given}.{surname1}.{surname2}']
const first = (count: number, facts: Parameters<typeof candidateLogins>[1], by = templates) =>
  candidateLogins(by, facts).take(count).toArray()

describe('an address', () => {
  it('is made of a name as every mail system takes it', () => {
    expect(plain('Núñez de la Peña')).toBe('nunezdelapena')
    expect(plain('Øyvind Łukasz Æsir Weiß')).toBe('oyvindlukaszaesirweiss')
    expect(plain("D'Acosta-Öz")).toBe('dacostaoz')
  })
  it.each([
    ['María José', 'mariajose'],
    ['Ma. Elena', 'maelena'],
    ['José', 'jose'],
    ['María de la Luz', 'marialuz'],
    ['J. Jesús', 'jjesus'],
    ['Ana Sofía', 'ana'],
    ['Jean-Luc', 'jean'],
  ])('takes of %s the name she goes by: %s', (given, expected) => {
    expect(firstGiven(given)).toBe(expected)
  })
  it('grows by the second surname and then by a number', () => {
    expect(first(4, { given: 'Eva', surname1: 'Ek', surname2: 'Cota' })).toEqual([
      'eva.ek',
      'eva.ek.cota',
      'eva.ek.cota2',
      'eva.ek.cota3',
    ])
  })
  it('passes over a template that she cannot fill', () => {
    expect(first(3, { given: 'Eva', surname1: 'Ek', surname2: '' })).toEqual(['eva.ek', 'eva.ek2', 'eva.ek3'])
    expect(first(2, { given: 'Eva', surname1: '', surname2: '' })).toEqual(['eva', 'eva2'])
  })
  it('exists for a name without one Latin letter', () => {
    expect(first(2, { given: '李', surname1: '小龙', surname2: '' })).toEqual(['cuenta2', 'cuenta3'])
  })
  it('is a valid local part of at most 64 characters, and no two are the same, whatever a padrón says', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 90 }),
      fc.constantFrom('De', '.', '-', 'Ñandú', "O'Neil"),
    )
    fc.assert(
      fc.property(text, text, text, (given, surname1, surname2) => {
        const logins = first(15, { given, surname1, surname2 })
        expect(new Set(logins).size).toBe(15)
        for (const login of logins) {
          expect(login).toMatch(/^[a-z0-9]+([._-][a-z0-9]+)*$/)
          expect(login.length).toBeLessThanOrEqual(64)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
