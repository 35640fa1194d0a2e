import { type OpenProvider, providerSuite } from '../provider-suite.ts'
import { startGraph } from '../servers/graph.ts'
import { needs } from '../servers/needs.ts'
import { missing } from '../servers/tls.ts'
import { open, signsInWithPhrase, withPhrases } from './graph-settings.ts'

async function openIn(by: 'secret' | 'certificate', other: object): Promise<OpenProvider> {
  const graph = await startGraph()
  const proof = by === 'secret' ? {} : { clientSecret: undefined, certificate: graph.app.pem }
  const { provider } = open(graph, { ...proof, ...other })
  return {
    provider: withPhrases(provider),
    signsIn: signsInWithPhrase(graph),
    close: async () => {
      await graph.stop()
      if (graph.strange.length > 0) throw new Error(`asked for what is not documented: ${graph.strange}`)
    },
  }
}

const can = { endsByItself: false, checksPasswords: false }
providerSuite('Microsoft 365, by secret', () => openIn('secret', {}), needs(missing), can)
providerSuite(
  'Microsoft 365, by certificate, without licences',
  () =>
    openIn('certificate', {
      licences: {},
      mustChange: false,
      marker: 'employeeId',
      state: 'extensionAttribute1',
    }),
  needs(missing),
  can,
)
