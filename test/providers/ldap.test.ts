import { openLdap } from '../../api/providers/ldap.ts'
import { type OpenProvider, providerSuite } from '../provider-suite.ts'
import { openHolder } from '../servers/directory.ts'
import { needs } from '../servers/needs.ts'
import { missing, startSlapd } from '../servers/slapd.ts'

for (const password of ['exop', 'server', 'SSHA', 'ARGON2'])
  providerSuite(
    `slapd, password by ${password}`,
    async (): Promise<OpenProvider> => {
      const directory = await startSlapd()
      const { provider, stop } = openLdap(
        {
          type: 'ldap',
          url: directory.urls.tls,
          ca: directory.ca,
          bindDn: 'cn=kiosco,ou=servicios,dc=example,dc=mx',
          bindPassword: 'cambie-esta-frase-larga',
          baseDn: 'ou=personas,dc=example,dc=mx',
          units: { personal: 'ou=docentes' },
          until: 'pwdEndTime',
          decoy: 'cn=nadie,ou=servicios,dc=example,dc=mx',
          password,
          mustChange: true,
        },
        problem => console.log(problem),
      )
      return {
        provider,
        signsIn: (address, given) => openHolder(directory).signsIn(address, given),
        close: async () => {
          stop()
          await directory.stop()
        },
      }
    },
    needs(missing),
  )
