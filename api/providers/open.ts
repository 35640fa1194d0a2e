import type { Db } from '../db/open.ts'
import type { ProviderSettings } from '../institution/institution.ts'
import { openLdap } from './ldap.ts'
import type { Provider, ProviderReader } from './provider.ts'
import { openSql } from './sql.ts'

interface Providers {
  readers: Map<string, ProviderReader>
  writers: Map<string, Provider>
  /** Ends their connections. */
  stop(): void
}

/** Every provider that the institution names, as what may look and as what may write. `tell` hears of faults, for the log. */
export function openProviders(
  institution: { providers: Readonly<Record<string, ProviderSettings>> },
  db: Db,
  tell: (provider: string, problem: string) => void,
): Providers {
  const writers = new Map<string, Provider>()
  const stops: (() => void)[] = []
  for (const [name, settings] of Object.entries(institution.providers)) {
    if (settings.type === 'sql') writers.set(name, openSql(db))
    else if (settings.type === 'ldap') {
      const { provider, stop } = openLdap(settings, problem => tell(name, problem))
      writers.set(name, provider)
      stops.push(stop)
    } else throw new Error(`provider «${name}»: type «${settings.type}» is not known here`)
  }
  const readers = new Map<string, ProviderReader>()
  for (const [name, { look, find, accepts }] of writers) readers.set(name, { look, find, accepts })
  return {
    readers,
    writers,
    stop: () => {
      for (const stop of stops) stop()
    },
  }
}
