import type { Finding } from '../providers/finding.ts'

const marks: Record<Finding['ok'], string> = { yes: '✓', no: '✗', warning: '!', skipped: '·' }

/** 0 all well, 1 something fails, 3 nothing fails but something should be looked at. */
export const exitOf = (findings: readonly Finding[]): 0 | 1 | 3 =>
  findings.some(({ ok }) => ok === 'no') ? 1 : findings.some(({ ok }) => ok === 'warning') ? 3 : 0

/** One line a finding under its subject, and what to do right below. */
export function openPrinter(write: (text: string) => void) {
  let subject = ''
  return (finding: Finding) => {
    if (finding.subject !== subject) write(`${subject ? '\n' : ''}${finding.subject}\n`)
    subject = finding.subject
    write(`  ${marks[finding.ok]} ${finding.says}\n`)
    if (finding.mend) write(`    → ${finding.mend}\n`)
  }
}

/** How it went, in one sentence. */
export function summary(findings: readonly Finding[]): string {
  const count = (ok: Finding['ok']) => findings.filter(one => one.ok === ok).length
  const [well, wrong, look, skipped] = (['yes', 'no', 'warning', 'skipped'] as const).map(count)
  return `\n${well} bien, ${wrong} ${wrong === 1 ? 'falla' : 'fallas'}, ${look} por revisar, ${skipped} sin probar\n`
}
