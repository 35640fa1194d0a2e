import type { Db } from '../db/open.ts'
import type { Provider, ProviderReader } from './provider.ts'
import { openSql } from './sql.ts'

/** Every provider that the institution names, as what may look and as what may write. */
export function openProviders(
  institution: { providers: Record<string, { type: string }> },
  db: Db,
): { readers: Map<string, ProviderReader>; writers: Map<string, Provider> } {
  const writers = new Map<string, Provider>()
  for (const [name, { type }] of Object.entries(institution.providers)) {
    if (type !== 'sql') throw new Error(`provider «${name}»: type «${type}» is not known here`)
    writers.set(name, openSql(db))
  }
  const readers = new Map<string, ProviderReader>()
  for (const [name, { look, find, accepts }] of writers) readers.set(name, { look, find, accepts })
  return { readers, writers }
}
