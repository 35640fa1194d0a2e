import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contrast, nearestPassing, nightTones, passes, themeCss, tones } from '../../api/institution/theme.ts'

const [INK, HINT, LINK, ERROR, WHITE, DESK] = [
  '#1B1F23',
  '#46504F',
  '#0B5C8A',
  '#A3221B',
  '#FFFFFF',
  '#F4F6F5',
]

test.each([
  ['#A57F2C', '3.70', false],
  ['#B38E5D', '3.02', false],
  ['#621132', '12.76', true],
  ['#9B2247', '7.74', true],
  ['#13322B', '13.83', true],
  ['#0F4C4A', '9.75', true],
  ['#767676', '4.54', true],
  ['#777777', '4.48', false],
])('%s has %s:1 against white', (colour, ratio, accepted) => {
  expect(contrast(colour, '#FFFFFF').toFixed(2)).toBe(ratio)
  expect(passes(colour)).toBe(accepted)
})

const colour = fc
  .integer({ min: 0, max: 0xffffff })
  .map(value => `#${value.toString(16).padStart(6, '0').toUpperCase()}`)

test('every accepted colour gives text that can be read wherever it stands', () => {
  fc.assert(
    fc.property(colour.filter(passes), brand => {
      const { marca, fuerte, suave } = tones(brand)
      expect(marca).toBe(brand)
      const pairs = [
        [WHITE, marca],
        [WHITE, fuerte],
        [fuerte, suave],
        [fuerte, DESK],
        ...[INK, HINT, LINK, ERROR].map(text => [text, suave]),
      ] as [string, string][]
      for (const [text, ground] of pairs)
        expect(contrast(text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5)
    }),
    { numRuns: 200 },
  )
})

test('by night every accepted colour gives text that can be read wherever it stands', () => {
  const [sheet, ink, hint] = ['#1D2124', '#ECEAE4', '#B9B6AE'] as const
  fc.assert(
    fc.property(colour.filter(passes), brand => {
      const { marca, fuerte, suave } = nightTones(brand)
      expect(contrast(marca, sheet)).toBeGreaterThanOrEqual(8)
      const pairs = [
        [fuerte, sheet],
        [marca, suave],
        [fuerte, suave],
        [ink, suave],
        [hint, suave],
      ] as const
      for (const [text, ground] of pairs)
        expect(contrast(text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5)
    }),
    { numRuns: 200 },
  )
})

test('a refused colour has a near tone that passes, darker by no more than it must', () => {
  fc.assert(
    fc.property(
      colour.filter(value => !passes(value)),
      refused => {
        const near = nearestPassing(refused)
        expect(passes(near)).toBe(true)
        expect(contrast(near, '#FFFFFF')).toBeLessThan(4.7)
      },
    ),
    { numRuns: 200 },
  )
  expect(nearestPassing('#621132')).toBe('#621132')
})

test('the stylesheet of an institution carries its tones, and its letter only where it has one', () => {
  const brand = { colour: '#0F4C4A', logo: null, font: null }
  expect(themeCss({ brand })).toBe(
    ':root{--marca:#0F4C4A;--marca-fuerte:#0A3534;--marca-suave:#E5EBEB;--noche:#A3BBBA;--noche-fuerte:#C8D6D6;--noche-suave:#192E2F;}\n',
  )
  const lettered = themeCss({ brand: { ...brand, font: Buffer.from('wOF2') } })
  expect(lettered).toMatch(
    /^@font-face\{[^}]*url\("\/theme\.woff2"\)[^}]*\}\n:root\{.*--letra:"Institucional",/,
  )
  expect(lettered).not.toMatch(/https?:/)
})
