import type { Db } from '../db/open.ts'
import type { ProviderSettings } from '../institution/institution.ts'
import { openActiveDirectory } from './active-directory.ts'
import { openGraph } from './graph.ts'
import { openLdap } from './ldap.ts'
import { openManual } from './manual.ts'
import type { Follower, Provider, ProviderReader } from './provider.ts'
import { openRegistry } from './registry.ts'
import { openSql } from './sql.ts'

/** What one provider can do: hold accounts, follow those of another, or both. */
export interface Opened {
  provider?: Provider
  follower?: Follower
  /** Nobody can look there: what it holds is known only by what people say. */
  blind?: true
  /** Ends its connections. */
  stop?(): void
}

interface Providers {
  readers: Map<string, ProviderReader>
  writers: Map<string, Opened>
  /** What the systems beside the directory hold, of those that can be asked. */
  registries: Map<string, NonNullable<Follower['holds']>>
  stop(): void
}

/** Tells what went wrong, for the log: an error's name, never its message or a value. */
type Tell = (problem: string) => void

const openers: Record<string, (settings: ProviderSettings, db: Db, tell: Tell) => Opened> = {
  sql: (_, db) => ({ provider: openSql(db) }),
  ldap: (settings, _, tell) => openLdap(settings, tell),
  activeDirectory: (settings, _, tell) => openActiveDirectory(settings, tell),
  graph: (settings, _, tell) => openGraph(settings, tell),
  manual: openManual,
  registry: openRegistry,
}

/** Every provider that the institution names, as what may look and as what may write. `tell` hears of faults, for the log. */
export function openProviders(
  institution: { providers: Readonly<Record<string, ProviderSettings>> },
  db: Db,
  tell: (provider: string, problem: string) => void,
): Providers {
  const writers = new Map<string, Opened>()
  const readers = new Map<string, ProviderReader>()
  const registries: Providers['registries'] = new Map()
  for (const [name, settings] of Object.entries(institution.providers)) {
    const open = openers[settings.type]
    if (!open) throw new Error(`provider «${name}»: type «${settings.type}» is not known here`)
    const opened = open(settings, db, problem => tell(name, problem))
    writers.set(name, opened)
    const { follower } = opened
    if (follower?.holds) registries.set(name, async () => (await follower.holds?.()) ?? [])
    if (!opened.provider || opened.blind) continue
    const { look, find, list, accepts, lastSignIn } = opened.provider
    readers.set(name, { look, find, list, accepts, ...(lastSignIn ? { lastSignIn } : {}) })
  }
  return {
    readers,
    writers,
    registries,
    stop: () => {
      for (const { stop } of writers.values()) stop?.()
    },
  }
}
