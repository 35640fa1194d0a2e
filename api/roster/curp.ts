export type CurpProblemCode =
  | 'length'
  | 'shape'
  | 'letter-for-digit'
  | 'date'
  | 'entity'
  | 'sex'
  | 'word'
  | 'check-digit'

export interface CurpProblem {
  code: CurpProblemCode
  /** Place of the character to look at, from 1. */
  at?: number
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ'
const SHAPE = /^[A-Z]{4}\d{6}[A-Z]{6}[0-9A-Z]\d$/
const DIGIT_PLACES = [5, 6, 7, 8, 9, 10, 18]
const ENTITIES = new Set(
  'AS BC BS CC CL CM CS CH DF DG GT GR HG JC MC MN MS NT NL OC PL QT QR SP SL SR TC TS TL VZ YN ZS NE'.split(
    ' ',
  ),
)
/** Words that RENAPO does not assign: position 2 becomes X instead. */
const WORDS = new Set(
  `BACA BAKA BUEI BUEY CACA CACO CAGA CAGO CAKA CAKO COGE COGI COJA COJE COJI COJO COLA CULO FALO FETO GETA GUEI
  GUEY JETA JOTO KACA KACO KAGA KAGO KAKA KAKO KOGE KOGI KOJA KOJE KOJI KOJO KOLA KULO LILO LOCA LOCO LOKA LOKO
  MAME MAMO MEAR MEAS MEON MIAR MION MOCO MOKO MULA MULO NACA NACO PEDA PEDO PENE PIPI PITO POPO PUTA PUTO QULO
  RATA ROBA ROBE ROBO RUIN SENO TETA VACA VAGA VAGO VAKA VUEI VUEY WUEI WUEY`.split(/\s+/),
)

/** Canonical form of any claim: no ASCII blanks at the ends, ASCII letters upper case; nothing else is touched. */
export function canonical(text: string): string {
  return text
    .replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '')
    .replace(/[a-z]+/g, letters => letters.toUpperCase())
}

/** Check digit for the first 17 characters (RENAPO; the slot of Ñ makes O = 25). */
export function curpCheckDigit(first17: string): string {
  let sum = 0
  for (let i = 0; i < 17; i++) sum += ALPHABET.indexOf(first17.charAt(i)) * (18 - i)
  return String((10 - (sum % 10)) % 10)
}

/** Birth date `YYYY-MM-DD` of a CURP of the right shape; position 17 tells the century. */
export function birthDate(curp: string): string {
  const century = /\d/.test(curp.charAt(16)) ? '19' : '20'
  return `${century}${curp.slice(4, 6)}-${curp.slice(6, 8)}-${curp.slice(8, 10)}`
}

/**
 * What is wrong with a CURP in canonical form; undefined when nothing is. Only public rules: that somebody holds it
 * is never told here. Sex X is accepted unless told otherwise; `today` is for tests of future dates.
 */
export function curpProblem(
  curp: string,
  options: { allowSexX?: boolean; today?: Date } = {},
): CurpProblem | undefined {
  if ([...curp].length !== 18) return { code: 'length' }
  if (!SHAPE.test(curp)) return shapeProblem(curp)
  if (!/[AEIOUX]/.test(curp.charAt(1))) return { code: 'shape', at: 2 }
  const vowel = curp.slice(13, 16).search(/[AEIOU]/)
  if (vowel >= 0) return { code: 'shape', at: 14 + vowel }
  if (WORDS.has(curp.slice(0, 4))) return { code: 'word', at: 1 }
  if (!isPastDay(birthDate(curp), options.today ?? new Date())) return { code: 'date', at: 5 }
  if (!(options.allowSexX === false ? /[HM]/ : /[HMX]/).test(curp.charAt(10))) return { code: 'sex', at: 11 }
  if (!ENTITIES.has(curp.slice(11, 13))) return { code: 'entity', at: 12 }
  if (curpCheckDigit(curp) !== curp.charAt(17)) return { code: 'check-digit', at: 18 }
  return undefined
}

/** A letter where a digit goes (O for 0, I for 1) is the commonest slip and gets its own sentence. */
function shapeProblem(curp: string): CurpProblem {
  const letters = DIGIT_PLACES.filter(place => /[A-Z]/.test(curp.charAt(place - 1)))
  const mended = [...curp].map((character, i) => (letters.includes(i + 1) ? '0' : character)).join('')
  const at = letters[0]
  return at !== undefined && SHAPE.test(mended) ? { code: 'letter-for-digit', at } : { code: 'shape' }
}

function isPastDay(day: string, today: Date): boolean {
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day) && date <= today
}
