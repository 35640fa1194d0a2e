import { describe, expect, test } from 'vitest'
import { claimProblems, inSentence, mend, yourFields } from '../../web/kiosk/claim.ts'
import { fieldSentence } from '../../web/kiosk/field-sentence.ts'
import { esMX } from '../../web/words/es-MX.ts'
import { sentences } from '../../web/words/say.ts'

const curp = {
  name: 'curp',
  label: 'CURP',
  hint: '18 letras y números',
  pattern: '^[A-Z][AEIOUX][A-Z]{2}\\d{6}[HM][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[0-9A-Z]\\d$',
}
const curt = { name: 'curt', label: 'CURT', hint: 'Está en su talón de pago', pattern: '^[A-Z0-9]{4,20}$' }
const control = { name: 'controlNumber', label: 'Número de control', hint: '', pattern: '^[A-Z]?\\d{8}$' }
const say = sentences(esMX)
const told = (text: string) =>
  claimProblems([curp], { curp: text }).map(problem => fieldSentence(say, [curp], problem))

describe('A04 what a person types', () => {
  test.each([
    ['iaqx 850214-mcmbzm78', 'IAQX850214MCMBZM78'],
    ['  DAHN770618MNEVRD92 ', 'DAHN770618MNEVRD92'],
    ['dahn\u00A077‑0618–mnevrd92\u200B', 'DAHN770618MNEVRD92'],
  ])('«%s» goes out as %s', (typed, sent) => {
    expect(mend(typed, curp.pattern)).toBe(sent)
  })

  test('a hyphen stays where the institution asks for one', () => {
    expect(mend('ab-123', '^[A-Z]{2}-\\d{3}$')).toBe('AB-123')
  })
})

describe('a claim', () => {
  test('of two good fields has nothing wrong', () => {
    expect(claimProblems([curp, curt], { curp: 'DAHN770618MNEVRD92', curt: '21120017' })).toEqual([])
  })

  test('left empty asks for each field by its name, in their order', () => {
    const problems = claimProblems([control, curp], {})
    expect(problems.map(problem => fieldSentence(say, [control, curp], problem))).toEqual([
      'Escriba su número de control',
      'Escriba su CURP',
    ])
  })

  test.each([
    ['DAHN770618', 'La CURP debe tener 18 letras y números'],
    ['DAHN77O618MNEVRD92', 'En el lugar 7 va un número; quizá escribió la letra O'],
    ['1AHN770618MNEVRD92', 'Revise la CURP: empieza con 4 letras y siguen 6 números'],
    ['DAHN771318MNEVRD92', 'Revise la CURP: los lugares 5 a 10 son su fecha de nacimiento'],
    ['DAHN770618ZNEVRD92', 'Revise la CURP: en el lugar 11 va H, M o X'],
    ['DAHN770618MZZVRD92', 'Revise la CURP: los lugares 12 y 13 son la clave de un estado'],
    ['DAHN770618MNEVRD93', 'Revise la CURP letra por letra: alguna no corresponde con las demás'],
  ])('with the CURP «%s» says how to mend it', (text, sentence) => {
    expect(told(text)).toEqual([sentence])
  })

  test('with a CURP that only the institution does not take is not sent either', () => {
    const onlyMen = { ...curp, pattern: curp.pattern.replace('[HM]', '[H]') }
    expect(claimProblems([onlyMen], { curp: 'DAHN770618MNEVRD92' })).toEqual([
      { name: 'curp', code: 'shape' },
    ])
  })

  test('that the service refuses for a reason unknown to the page still gets a sentence', () => {
    expect(fieldSentence(say, [curt], { name: 'curt', code: 'brand-new' })).toBe(
      'Revise su CURT: le falta o le sobra algo',
    )
  })
})

test('fields are named as in a sentence', () => {
  expect(yourFields(say, [control, curp])).toBe('su número de control y su CURP')
  expect(inSentence('CURT')).toBe('CURT')
  expect(inSentence('Clave de empleado')).toBe('clave de empleado')
})
