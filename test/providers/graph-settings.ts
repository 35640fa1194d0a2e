import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import type { ProviderSettings } from '../../api/institution/institution.ts'
import { openGraph } from '../../api/providers/graph.ts'
import type { Creation, Provider } from '../../api/providers/provider.ts'
import { type Graph, startGraph } from '../servers/graph.ts'
import { somebody as anybody, fence } from './ldap-settings.ts'

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
      `$1tenant: ${graph.app.tenant}\n$1url: ${graph.url}\n$1authority: ${graph.url}\n$1timeoutSeconds: 4`,
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

/** Somebody's account to be: in the tenant's domain, with a password as Entra takes it. */
export function somebody(other: Partial<Creation> = {}): Creation & { password: string } {
  const one = anybody()
  const [login] = one.address.split('@')
  const hers = { address: `${login}@colima.example`, password: `Temporal-${login}-mcXY` }
  return { ...one, ...hers, until: new Date(Date.now() + 3_600_000), ...other } as typeof one
}

export const refusal = (code: string, more: object = {}) =>
  expect.objectContaining({ name: 'ProviderRefusal', code, ...more })

/** A tenant for the tests of one file; each begins with a provider of its own and nothing wrong. */
export function inTenant() {
  const at = {
    graph: undefined as unknown as Graph,
    ours: undefined as unknown as ReturnType<typeof open>,
    /** What was asked, without whose it was. */
    calls: () =>
      at.graph.calls.map(
        ({ method, path, status }) => `${method} ${path.slice(2).join('/') || path[0]} ${status}`,
      ),
    writes: () => at.graph.calls.filter(({ method }) => method !== 'GET'),
    userOf: (id: string) => at.graph.users.get(id),
    reset: async (id: string, password = 'Otra-Contrasena-1') =>
      at.ours.provider.setPassword(id, { password, until: null, fence: fence() }),
    async made(other: Parameters<typeof somebody>[0] = {}) {
      const ask = somebody(other)
      const { externalId } = await at.ours.provider.create(ask)
      at.graph.calls.length = 0
      return { ...ask, id: externalId }
    },
  }
  beforeAll(async () => {
    at.graph = await startGraph()
  })
  beforeEach(() => {
    at.graph.faults()
    at.graph.replicates()
    at.graph.calls.length = 0
    at.ours = open(at.graph)
  })
  afterAll(async () => {
    await at.graph?.stop()
    expect(at.graph?.strange).toEqual([])
  })
  return at
}
