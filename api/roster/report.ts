import type { RowNote } from './cells.ts'
import type { RosterAsk, RosterReport } from './load.ts'

const SHOWN = 20
const number = (count: number) => count.toLocaleString('es-MX')

/** What a load did, for a person at a terminal. */
export function reportText(report: RosterReport, { simulate }: Pick<RosterAsk, 'simulate'>): string {
  const counts = {
    Leídos: report.read,
    Altas: report.new,
    'Con cambios': report.changed,
    'Sin cambio': report.unchanged,
    'Con error': report.refusedTotal,
    'Dejan de estar activos': report.inactive,
  }
  const lines = Object.entries(counts).map(
    ([name, count]) => `  ${name.padEnd(30)}${number(count).padStart(11)}`,
  )
  const done = simulate ? ' (simulación: no se guardó nada)' : ''
  return [
    `Fuente ${report.source}, al ${report.asOf}${done}`,
    ...lines,
    ...listed('Con error, no se cargaron', report.refused, report.refusedTotal),
    ...listed('Avisos, se cargaron', report.warnings, report.warningsTotal),
    '',
  ].join('\n')
}

function listed(title: string, notes: RowNote[], total: number): string[] {
  if (total === 0) return []
  const rest = total - Math.min(notes.length, SHOWN)
  const more = rest > 0 ? [`  … y ${number(rest)} más; con --json se listan hasta 10,000`] : []
  return [`${title}:`, ...notes.slice(0, SHOWN).map(noteText), ...more]
}

function noteText({ line, column, value, reason }: RowNote): string {
  // A terminal obeys control characters that a hostile file may carry.
  const shown = value === '' ? '' : ` «${value.replace(/\p{C}/gu, '\uFFFD')}»`
  return `  renglón ${line}${column && `, ${column}`}${shown}: ${reason}`
}

/** Progress on stderr: a bar on a terminal, a line each five seconds elsewhere. */
export function progressOn(stderr: NodeJS.WritableStream & { isTTY?: boolean }) {
  let last = Date.now()
  let drawn = false
  const show = (read: number, share: number) => {
    const percent = Math.round(share * 100)
    if (stderr.isTTY) {
      const full = Math.round(share * 30)
      stderr.write(`\r[${'█'.repeat(full)}${' '.repeat(30 - full)}] ${percent} %  ${number(read)} renglones`)
      drawn = true
    } else if (Date.now() - last >= 5000) {
      last = Date.now()
      stderr.write(`${number(read)} renglones leídos, ${percent} %\n`)
    }
  }
  const end = () => {
    if (drawn) stderr.write('\n')
    drawn = false
  }
  return { show, end }
}
