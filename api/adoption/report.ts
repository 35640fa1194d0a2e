import type { Adoption } from './adopt.ts'
import type { Verdict } from './verdict.ts'

/** What stands in a list of `--json`: an entry by its place in the directory, people by our ids; never a key. */
interface Line {
  provider: string
  entry: string
  persons: readonly string[]
  why?: string
}

export interface AdoptReport {
  simulate: boolean
  read: number
  linked: number
  /** Of those linked, the ones that were disabled there: they are blocked accounts. */
  disabled: number
  already: number
  proposed: number
  ambiguous: number
  foreign: number
  ambiguousBy: Record<string, number>
  linkedBy: Record<string, number>
  /** What was not so before. */
  changed: { linked: number; proposed: number; withdrawn: number; foreign: number }
  /** Of a rehearsal: what visits would come to, and whose. */
  visits?: Record<string, number>
  lists: {
    proposed: Line[]
    ambiguous: Line[]
    foreign: Line[]
    visits?: Record<string, { person: string; name: string }[]>
  }
}

interface Foretold {
  person: string
  name: string
  expect: string
}

const listedAtMost = 10_000

/** The whole of a run, of all directories. */
export function reportOf(
  adoptions: readonly Adoption[],
  simulate: boolean,
  visits?: readonly Foretold[],
): AdoptReport {
  const all = adoptions.flatMap(({ provider, verdicts }) => verdicts.map(verdict => ({ provider, verdict })))
  const count = (is: Verdict['class']) => all.filter(({ verdict }) => verdict.class === is).length
  const lines = (is: Verdict['class']): Line[] =>
    all
      .filter(({ verdict }) => verdict.class === is)
      .slice(0, listedAtMost)
      .map(({ provider, verdict }) => lineOf(provider, verdict))
  const linked = all.flatMap(({ verdict }) => (verdict.class === 'linked' ? [verdict] : []))
  const doubts = all.flatMap(({ verdict }) => (verdict.class === 'ambiguous' ? [verdict.reason] : []))
  const sum = (of: keyof Adoption['changed']) => adoptions.reduce((total, one) => total + one.changed[of], 0)
  return {
    simulate,
    read: all.length,
    linked: linked.length,
    disabled: linked.filter(({ entry }) => !entry.active).length,
    already: count('already'),
    proposed: count('proposed'),
    ambiguous: count('ambiguous'),
    foreign: count('foreign'),
    ambiguousBy: tally(doubts),
    linkedBy: tally(linked.map(({ evidence }) => evidence)),
    changed: {
      linked: sum('linked'),
      proposed: sum('proposed'),
      withdrawn: sum('withdrawn'),
      foreign: sum('foreign'),
    },
    ...(visits ? { visits: tally(visits.map(({ expect }) => expect)) } : {}),
    lists: {
      proposed: lines('proposed'),
      ambiguous: lines('ambiguous'),
      foreign: lines('foreign'),
      ...(visits ? { visits: byExpectation(visits) } : {}),
    },
  }
}

function lineOf(provider: string, verdict: Verdict): Line {
  const { entry, persons } = verdict
  const why =
    verdict.class === 'ambiguous'
      ? verdict.reason
      : verdict.class === 'proposed'
        ? verdict.evidence
        : undefined
  return { provider, entry: entry.at || entry.seenAs, persons, ...(why ? { why } : {}) }
}

function tally(words: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return Object.fromEntries([...counts].sort(([, one], [, other]) => other - one))
}

function byExpectation(visits: readonly Foretold[]) {
  const lists: Record<string, { person: string; name: string }[]> = {}
  for (const { person, name, expect } of visits) {
    const list = lists[expect] ?? []
    list.push({ person, name })
    lists[expect] = list
  }
  return lists
}

const reasons: Record<string, string> = {
  'two-persons': 'sus claves nombran a dos personas',
  'keys-disagree': 'una clave es de ella y otra no',
  'several-entries': 'hay otra entrada que también es de ella',
  'has-account': 'ella ya tiene una cuenta de ese tipo',
  'no-address': 'no tiene dirección',
  'other-domain': 'su dirección es de un dominio que la institución no nombra',
  'several-kinds': 'puede ser de varios tipos de cuenta',
  'address-repeated': 'otra entrada tiene la misma dirección',
  'address-taken': 'otra cuenta tiene o tuvo su dirección',
  'changed-meanwhile': 'cambió mientras se leía; repita la orden',
}
const endings: Record<string, string> = {
  create: 'crea su cuenta',
  reset: 'restablece su contraseña',
  'no-alternate-email': 'alto: sin correo alterno',
  'account-blocked': 'alto: cuenta bloqueada',
  'needs-review': 'alto: una persona debe revisar',
  'create-by-request': 'alto: se crea con solicitud',
  'self-service-paused': 'alto: autoservicio en pausa',
  'in-progress': 'alto: trámite en curso',
  'reset-recently': 'alto: restablecida hace poco',
  'not-verified': 'no se le reconoce: sin puesto ni inscripción vigentes',
}

const shownAtMost = 20
const number = (count: number) => count.toLocaleString('es-MX')
const line = (name: string, count: number, indent = 2) =>
  `${' '.repeat(indent)}${name.padEnd(54 - indent)}${number(count).padStart(10)}`

/** The same for a person at a terminal. */
export function adoptText(report: AdoptReport): string {
  const { changed } = report
  const still = Object.values(changed).every(count => count === 0)
  const end = report.simulate
    ? 'Ensayo: no se escribió nada, ni aquí ni en el directorio.'
    : still
      ? 'No hubo cambios.'
      : `Cambios: ${number(changed.linked)} enlazadas, ${number(changed.proposed)} propuestas nuevas, ${number(changed.withdrawn)} retiradas, ${number(changed.foreign)} direcciones apartadas.`
  const by = (counts: Record<string, number>, words: Record<string, string>) =>
    Object.entries(counts).map(([key, count]) => line(words[key] ?? key, count, 4))
  return [
    line('Entradas leídas', report.read, 0),
    line(report.simulate ? 'Se enlazarían' : 'Enlazadas ahora', report.linked),
    ...by(report.linkedBy, {}),
    line('de ellas, deshabilitadas (cuenta bloqueada)', report.disabled, 4),
    line('Ya enlazadas', report.already),
    line('Propuestas al personal', report.proposed),
    line('Dudosas, no se enlazan', report.ambiguous),
    ...by(report.ambiguousBy, reasons),
    line('Ajenas, su dirección no se da a nadie', report.foreign),
    ...shown('Dudosas', report.lists.ambiguous, report.ambiguous),
    ...shown('Propuestas', report.lists.proposed, report.proposed),
    ...(report.visits ? ['Si hoy viniera cada persona del padrón:', ...by(report.visits, endings)] : []),
    end,
    '',
  ].join('\n')
}

function shown(title: string, lines: readonly Line[], total: number): string[] {
  if (total === 0) return []
  const rest = total - Math.min(lines.length, shownAtMost)
  // A terminal obeys control characters that an entry may carry.
  const one = ({ entry, why = '' }: Line) => `  ${entry.replace(/\p{C}/gu, '\uFFFD')}: ${reasons[why] ?? why}`
  return [
    `${title}:`,
    ...lines.slice(0, shownAtMost).map(one),
    ...(rest > 0 ? [`  … y ${number(rest)} más; con --json se listan hasta 10,000`] : []),
  ]
}
