import { expressionProblem } from './expression.ts'
import { CLAIMABLE } from './fields.ts'
import type { Report } from './problem.ts'
import type { InstitutionFile } from './schema.ts'

/** Who may use the kiosk, and with what. */
export function checkPeople(file: InstitutionFile, report: Report) {
  if (file.profiles && Object.keys(file.profiles).length === 0)
    report(['profiles'], 'nadie podría usar el quiosco')
  const owned = new Set(Object.values(file.accounts ?? {}).map(({ profile }) => profile))
  for (const [profile, { claim = [] }] of Object.entries(file.profiles ?? {})) {
    if (!owned.has(profile as 'worker'))
      report(['profiles', profile], 'ningún tipo de cuenta es de este perfil')
    for (const [index, field] of claim.entries()) {
      if (!(CLAIMABLE as readonly string[]).includes(field)) {
        report(
          ['profiles', profile, 'claim', String(index)],
          `no existe el campo ${field}; hay: ${CLAIMABLE.join(', ')}`,
        )
      }
    }
  }
  for (const field of ['curt', 'controlNumber'] as const) {
    const pattern = file.fields?.[field]?.pattern
    const problem = pattern === undefined ? undefined : expressionProblem(pattern)
    if (problem) report(['fields', field, 'pattern'], problem)
  }
}
