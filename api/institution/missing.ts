import { CLAIMABLE } from './fields.ts'
import type { Report } from './problem.ts'
import type { InstitutionFile } from './schema.ts'

export const MISSING = 'falta'
const NOTICE = [
  'version',
  'date',
  'controller',
  'address',
  'basis',
  'purposes',
  'transfers',
  'rights',
  'full',
]

/** Reports what the whole must have, once presets are merged in. */
export function reportMissing(file: InstitutionFile, report: Report) {
  need(
    file,
    [],
    ['name', 'shortName', 'timeZone', 'brand', 'contact', 'privacyNotice', 'profiles', 'accounts'],
  )
  need(file.brand, ['brand'], ['colour'])
  need(file.contact, ['contact'], ['area', 'place', 'phone', 'hours'])
  need(file.privacyNotice, ['privacyNotice'], NOTICE)
  for (const [kind, account] of Object.entries(file.accounts ?? {})) {
    need(account, ['accounts', kind], ['domain', 'address'])
  }
  for (const [profile, { claim }] of Object.entries(file.profiles ?? {})) {
    need({ claim }, ['profiles', profile], ['claim'])
    if (claim?.includes(CLAIMABLE[1]))
      need(file.fields?.curt ?? {}, ['fields', 'curt'], ['label', 'hint', 'pattern'])
  }
  if (file.documents) need(file.documents, ['documents'], ['code', 'version'])

  function need(written: object | undefined, path: string[], keys: readonly string[]) {
    if (!written) return
    for (const key of keys) {
      if ((written as Record<string, unknown>)[key] === undefined) report([...path, key], MISSING)
    }
  }
}
