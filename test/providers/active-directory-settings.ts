import { readFileSync } from 'node:fs'
import { EqualityFilter, InvalidCredentialsError } from 'ldapts'
import { expect } from 'vitest'
import type { ProviderSettings } from '../../api/institution/institution.ts'
import { openActiveDirectory } from '../../api/providers/active-directory.ts'
import { openHolder } from '../servers/directory.ts'
import { type Samba, service } from '../servers/samba.ts'

export const accounts = 'OU=Cuentas,DC=example,DC=mx'
export const docentes = `OU=Docentes,${accounts}`
export const group = 'CN=Correo,OU=Grupos,DC=example,DC=mx'

/** The service's account, the units and the group of the guide; `other` says what differs. */
const settingsOf = (samba: Samba, other: object = {}): ProviderSettings =>
  ({
    type: 'activeDirectory',
    url: samba.urls.tls,
    ca: samba.ca,
    bindDn: service.dn,
    bindPassword: service.password,
    baseDn: accounts,
    units: { personal: 'OU=Docentes' },
    closedUnit: 'OU=Cerradas',
    ...other,
  }) as ProviderSettings

/** The block of the guide that an institution copies. */
export const guideYaml = (): string => {
  const guide = readFileSync(new URL('../../docs/directorios/active-directory.md', import.meta.url), 'utf8')
  const [, block] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? []
  if (!block) throw new Error('the guide has no block of YAML')
  return block
}

/** A provider, and whatever it told the log. */
export function open(samba: Samba, other: object = {}) {
  const told: string[] = []
  return { ...openActiveDirectory(settingsOf(samba, other), problem => told.push(problem)), told }
}

/** Looks at the domain from outside, past the service: as its administrator, and as the people in it. */
export function openPeople(samba: Samba) {
  const holder = openHolder(samba)
  /** What the domain answers to this name and password: '' where it lets her in, else Windows' number. */
  const answer = async (name: string, password: string): Promise<string> =>
    holder
      .open(name, password, async () => '')
      .catch(error => {
        if (!(error instanceof InvalidCredentialsError)) throw error
        return /data (\w+)/.exec(error.message)?.[1] ?? 'refused'
      })
  const withMail = (address: string) => holder.all(new EqualityFilter({ attribute: 'mail', value: address }))
  return {
    ...holder,
    answer,
    withMail,
    /** By her principal name and by the entry's own. Whoever must change a right password is in, too: it is asked for next. */
    async signsIn(address: string, password: string): Promise<boolean> {
      const [entry] = await withMail(address)
      if (!entry || password === '') return false
      const byName = await answer(String(entry.userPrincipalName), password)
      expect(await answer(entry.dn, password)).toBe(byName)
      return byName === '' || byName === '773'
    },
  }
}
