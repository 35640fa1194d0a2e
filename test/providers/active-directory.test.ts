import { inject } from 'vitest'
import { type OpenProvider, providerSuite } from '../provider-suite.ts'
import { needs } from '../servers/needs.ts'
import { missing, startSamba } from '../servers/samba.ts'
import { group, open, openPeople } from './active-directory-settings.ts'

async function openIn(other: object): Promise<OpenProvider> {
  const samba = await startSamba(inject('samba'))
  const { provider, stop } = open(samba, other)
  return {
    provider,
    signsIn: openPeople(samba).signsIn,
    close: async () => {
      stop()
      await samba.stop()
    },
  }
}

/** Every way to close an entry; must-change, groups and the principal name's suffix differ as well. */
const ways: [string, { onClose?: string; [setting: string]: unknown }][] = [
  ['closed by disabling', {}],
  ['must-change, closed by moving', { mustChange: true, onClose: 'move', groups: [group] }],
  ['closed by deleting', { onClose: 'delete', upnSuffix: 'example.mx' }],
]
for (const [name, settings] of ways)
  providerSuite(`Samba AD, ${name}`, () => openIn(settings), needs(missing), {
    endsByItself: false,
    reopens: settings.onClose !== 'delete',
  })
