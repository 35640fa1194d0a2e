import { readFileSync } from 'node:fs'
import type { ProviderSettings } from '../../api/institution/institution.ts'
import { openGraph } from '../../api/providers/graph.ts'
import type { Creation, Provider } from '../../api/providers/provider.ts'
import type { Graph } from '../servers/graph.ts'

export const faculty = 'STANDARDWOFFPACK_FACULTY'

const settingsOf = ({ url, app }: Graph, other: object): ProviderSettings =>
  ({
    type: 'graph',
    tenant: app.tenant,
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    url,
    authority: url,
    licences: { personal: faculty },
    ...other,
  }) as ProviderSettings

/** A provider, and whatever it told the log. */
export function open(graph: Graph, other: object = {}) {
  const told: string[] = []
  return { ...openGraph(settingsOf(graph, other), problem => told.push(problem)), told }
}

/** The block of the guide that an institution copies, with this double in the place of Microsoft. */
export function guideYaml(graph: Graph): string {
  const guide = readFileSync(new URL('../../docs/directorios/microsoft-365.md', import.meta.url), 'utf8')
  const [, block] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? []
  if (!block) throw new Error('the guide has no block of YAML')
  return block
    .replace(
      /^(\s+)tenant: .*/m,
      `$1tenant: ${graph.app.tenant}\n$1url: ${graph.url}\n$1authority: ${graph.url}`,
    )
    .replace(/clientId: .*/, `clientId: ${graph.app.clientId}`)
}

/** A phrase as Entra takes it: of its alphabet, with three of its four classes. */
const spelt = (phrase: string) =>
  phrase === '' ? '' : `Aa1 ${phrase.normalize('NFD').replace(/\P{ASCII}/gu, '')}`

/** The same provider for people who choose phrases that Entra would refuse. */
export const withPhrases = (provider: Provider): Provider => ({
  ...provider,
  create: ask => provider.create({ ...ask, password: ask.password === null ? null : spelt(ask.password) }),
  setPassword: (id, ask) => provider.setPassword(id, { ...ask, password: spelt(ask.password) }),
})
export const signsInWithPhrase = (graph: Graph) => (address: string, phrase: string) =>
  graph.signsIn(address, spelt(phrase))

let fences = 1
export const fence = () => ++fences
let numbers = 0

/** Somebody's account to be, like nobody else's. */
export function somebody(other: Partial<Creation> = {}): Creation & { password: string } {
  const n = numbers++
  return {
    marker: crypto.randomUUID(),
    kind: 'personal',
    address: `ana.ibanez${n}@colima.example`,
    displayName: 'Ana Sofía Ibáñez Núñez',
    given: 'Ana Sofía',
    surnames: 'Ibáñez Núñez',
    keys: {},
    quotaMb: 100,
    password: `Temporal-${n}-mcXY`,
    until: new Date(Date.now() + 3_600_000),
    fence: fence(),
    ...other,
  } as Creation & { password: string }
}
