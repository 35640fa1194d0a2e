import { cctCheckLetter } from '../roster/cct.ts'
import { curpCheckDigit, curpProblem } from '../roster/curp.ts'

/** Somebody who does not exist. */
export interface Synthetic {
  given: string
  surname1: string
  surname2: string
  curp: string
  /** CURT or control number. */
  key: string
  cct: string
  post: string
  /** The word of the padrón. */
  status: string
  alternate: string
}

const givens = [
  'Elena',
  'Rosalba',
  'Tomás',
  'Beatriz',
  'Héctor',
  'Nidia',
  'Julián',
  'Ofelia',
  'Ramiro',
  'Zulema',
  'Fermín',
  'Leonor',
]
const surnames = [
  'Barajas',
  'Cárdenas',
  'Dávila',
  'Figueroa',
  'Gallardo',
  'Herrera',
  'Madrigal',
  'Palacios',
  'Quintero',
  'Salazar',
]

const letters = (text: string) =>
  text
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toUpperCase()
const firstInner = (text: string, among: RegExp) =>
  [...text.slice(1)].find(letter => among.test(letter)) ?? 'X'
const vowel = /[AEIOU]/
const consonant = /[B-DF-HJ-NP-TV-Z]/

/** Born abroad (NE) and with the last differentiator: a CURP that is unlikely to be anybody's. */
function curpOf(name: { given: string; surname1: string; surname2: string }, at: number): string {
  const [given, one, two] = [letters(name.given), letters(name.surname1), letters(name.surname2)]
  const initials = `${one[0]}${firstInner(one, vowel)}${two[0]}${given[0]}`
  const two2 = (n: number) => String(n).padStart(2, '0')
  const birth = `${60 + (at % 39)}${two2(1 + (at % 12))}${two2(1 + (at % 28))}`
  const inner = [one, two, given].map(text => firstInner(text, consonant)).join('')
  const sex = /A$|OR$/.test(given) && given !== 'HECTOR' ? 'M' : 'H'
  const whole = (start: string) => {
    const first = `${start}${birth}${sex}NE${inner}9`
    return first + curpCheckDigit(first)
  }
  const curp = whole(initials)
  // Four letters that make a word are not assigned: the second becomes an X.
  return curpProblem(curp, { allowSexX: true }) ? whole(`${initials[0]}X${initials.slice(2)}`) : curp
}

const cctOf = (state: string, kind: string, at: number) => {
  const first = `${state}${kind}${9000 + (at % 900)}`
  return first + cctCheckLetter(first)
}

/** The one with this number; the same at every start. `kind` is the letters of a CCT, `DPR` a primary school. */
export function synthetic(at: number, place: { state: string; kind: string; post: string }): Synthetic {
  const name = {
    given: givens[at % givens.length] ?? '',
    surname1: surnames[(at * 3 + Math.floor(at / 10)) % surnames.length] ?? '',
    surname2: surnames[(at * 7 + 4 + Math.floor(at / 7)) % surnames.length] ?? '',
  }
  return {
    ...name,
    curp: curpOf(name, at),
    key: String(21_120_000 + at),
    cct: cctOf(place.state, place.kind, at),
    post: place.post,
    status: 'activo',
    alternate: `persona${String(at).padStart(3, '0')}@buzon-alterno.example`,
  }
}
