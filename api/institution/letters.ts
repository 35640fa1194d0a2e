import type { Report } from './problem.ts'
import type { InstitutionFile } from './schema.ts'
import { LETTER_FACTS, REGISTERED, type ReplyName } from './schema-letters.ts'

/** An area that gives numbers to letters. */
export interface Area {
  readonly code: string
  readonly name: string
  /** How its numbers are written; null where somebody types them from a register of its own. */
  readonly number: string | null
}

export interface ReplyWords {
  readonly version: string
  readonly title: string
  readonly subject: string
  readonly antecedent: string
  readonly request: string
  readonly body: string
  readonly closing: string
}

interface Register {
  readonly code: string
  readonly title: string
  /** What whoever signs a line says with it. */
  readonly statement: string
  readonly kinds: readonly string[]
}

export interface Letters {
  readonly place: string
  readonly areas: readonly Area[]
  readonly signer: { readonly name: string; readonly post: string }
  readonly copies: readonly string[]
  readonly initials: string
  /** What the institution says in words of its own. */
  readonly replies: Readonly<Partial<Record<ReplyName, Partial<ReplyWords>>>>
  readonly slip: {
    readonly code: string
    readonly title: string
    readonly steps: readonly string[]
    readonly responsibility: string
    readonly receipt: boolean
  }
  readonly registers: readonly Register[]
}

const usual = '{area}/{number:4}/{year}'
/** Where an institution names no register of its own. */
const general = { MOVIMIENTOS: { title: 'Registro de movimientos de cuentas' } }

export function resolvedLetters({
  letters = {},
  shortName = '',
  documents,
  contact,
}: InstitutionFile): Letters {
  const { areas, slip = {}, registers, signer } = letters
  const own = Object.entries(areas ?? {})
  const named: [string, { name?: string; number?: string; typed?: boolean }][] =
    own.length > 0 ? own : [[shortName, {}]]
  return {
    place: letters.place ?? contact?.place ?? '',
    areas: named.map(([code, { name = '', number = usual, typed = false }]) => ({
      code,
      name,
      number: typed ? null : number,
    })),
    signer: { name: signer?.name ?? '', post: signer?.post ?? '' },
    copies: letters.copies ?? [],
    initials: letters.initials ?? '',
    replies: letters.replies ?? {},
    slip: {
      code: slip.code ?? '',
      title: slip.title ?? documents?.records?.[slip.code ?? ''] ?? 'Datos de acceso a su cuenta de correo',
      steps: slip.steps ?? [],
      responsibility: slip.responsibility ?? '',
      receipt: slip.receipt ?? false,
    },
    registers: Object.entries(registers ?? general).map(([code, { title, ...other }]) => ({
      code,
      title: title ?? documents?.records?.[code] ?? code,
      statement: 'statement' in other ? (other.statement ?? '') : '',
      kinds: 'kinds' in other && other.kinds ? other.kinds : REGISTERED,
    })),
  }
}

const holes = (text: string) => [...text.matchAll(/\{([^{}]*)\}/g)].map(found => found[1] ?? '')

/** Numbers that cannot differ, words that name what nobody knows, and words of one's own without a version. */
export function checkLetters({ letters }: InstitutionFile, report: Report): void {
  for (const [code, { number, typed }] of Object.entries(letters?.areas ?? {})) {
    const path = ['letters', 'areas', code, 'number']
    if (number !== undefined && typed) report(path, 'sobra: el número se escribe')
    if (number !== undefined && !/\{number(:[1-9])?\}/.test(number)) report(path, 'falta {number}')
    const foreign = holes(number ?? '').find(hole => !/^(area|year|number(:[1-9])?)$/.test(hole))
    if (foreign !== undefined) report(path, `no existe {${foreign}}; hay: {area} {number} {number:4} {year}`)
  }
  for (const [name, reply] of Object.entries(letters?.replies ?? {})) {
    const { version, ...words } = reply
    if (version === undefined) report(['letters', 'replies', name, 'version'], 'falta')
    for (const [key, text] of Object.entries(words)) {
      const foreign = holes(text).find(hole => !(LETTER_FACTS as readonly string[]).includes(hole))
      if (foreign !== undefined)
        report(
          ['letters', 'replies', name, key],
          `no existe {${foreign}}; hay: ${LETTER_FACTS.map(fact => `{${fact}}`).join(' ')}`,
        )
    }
  }
}
