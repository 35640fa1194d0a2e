import { type OpenProvider, providerSuite } from '../provider-suite.ts'
import { type Directory, openHolder } from '../servers/directory.ts'
import { missing as missingDs, startDs } from '../servers/ds.ts'
import { needs } from '../servers/needs.ts'
import { missing, startSlapd } from '../servers/slapd.ts'
import { open } from './ldap-settings.ts'

async function openIn(start: () => Promise<Directory>, other: object): Promise<OpenProvider> {
  const directory = await start()
  const { provider, stop } = open(directory, other)
  return {
    provider,
    signsIn: openHolder(directory).signsIn,
    close: async () => {
      stop()
      await directory.stop()
    },
  }
}

/** Every way to hand over a password; must-change and closing differ as well. */
const ways: [password: string, other: { mustChange?: boolean; onClose?: string }][] = [
  ['exop', { mustChange: true }],
  ['server', { mustChange: true, onClose: 'move' }],
  ['SSHA', { onClose: 'delete' }],
  ['ARGON2', {}],
]
for (const [password, other] of ways) {
  const settings = { password, until: 'pwdEndTime', ...other }
  const reopens = settings.onClose !== 'delete'
  providerSuite(`slapd, password by ${password}`, () => openIn(startSlapd, settings), needs(missing), {
    reopens,
  })
}

for (const password of ['exop', 'server']) {
  const settings = { password, id: 'nsUniqueId' }
  providerSuite(
    `389 Directory Server, password by ${password}`,
    () => openIn(startDs, settings),
    needs(missingDs),
    { endsByItself: false },
  )
}
