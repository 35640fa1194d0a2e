import type { Db } from '../db/open.ts'
import type { ProviderSettings } from '../institution/institution.ts'
import { openGraph } from './graph.ts'
import { openLdap } from './ldap.ts'
import type { Follower, Provider, ProviderReader } from './provider.ts'
import { openSql } from './sql.ts'

/** What one provider can do: hold accounts, follow those of another, or both. */
interface Opened {
  provider?: Provider
  follower?: Follower
  /** Ends its connections. */
  stop?(): void
}

interface Providers {
  readers: Map<string, ProviderReader>
  writers: Map<string, Opened>
  stop(): void
}

/** Tells what went wrong, for the log: an error's name, never its message or a value. */
type Tell = (problem: string) => void

const openers: Record<string, (settings: ProviderSettings, db: Db, tell: Tell) => Opened> = {
  sql: (_, db) => ({ provider: openSql(db) }),
  ldap: (settings, _, tell) => openLdap(settings, tell),
  graph: (settings, _, tell) => openGraph(settings, tell),
}

/** Every provider that the institution names, as what may look and as what may write. `tell` hears of faults, for the log. */
export function openProviders(
  institution: { providers: Readonly<Record<string, ProviderSettings>> },
  db: Db,
  tell: (provider: string, problem: string) => void,
): Providers {
  const writers = new Map<string, Opened>()
  const readers = new Map<string, ProviderReader>()
  for (const [name, settings] of Object.entries(institution.providers)) {
    const open = openers[settings.type]
    if (!open) throw new Error(`provider «${name}»: type «${settings.type}» is not known here`)
    const opened = open(settings, db, problem => tell(name, problem))
    writers.set(name, opened)
    if (!opened.provider) continue
    const { look, find, list, accepts } = opened.provider
    readers.set(name, { look, find, list, accepts })
  }
  return {
    readers,
    writers,
    stop: () => {
      for (const { stop } of writers.values()) stop?.()
    },
  }
}
