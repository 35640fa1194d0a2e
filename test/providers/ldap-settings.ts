import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProviderSettings } from '../../api/institution/institution.ts'
import { openLdap } from '../../api/providers/ldap.ts'
import type { Creation } from '../../api/providers/provider.ts'
import type { Directory } from '../servers/directory.ts'
import { serverFolder } from '../servers/program.ts'

export const bindPassword = 'cambie-esta-frase-larga'
export const people = 'ou=personas,dc=example,dc=mx'

/** The service's account and the units of the guide; `other` says what differs. */
const settingsOf = (directory: Directory, other: object = {}): ProviderSettings =>
  ({
    type: 'ldap',
    url: directory.urls.tls,
    ca: directory.ca,
    bindDn: 'cn=kiosco,ou=servicios,dc=example,dc=mx',
    bindPassword,
    baseDn: people,
    units: { personal: 'ou=docentes' },
    decoy: 'cn=nadie,ou=servicios,dc=example,dc=mx',
    closedUnit: 'ou=cerradas',
    ...other,
  }) as ProviderSettings

/** The block of the guide that an institution copies. */
export const guideYaml = (): string => {
  const guide = readFileSync(new URL('../../docs/directorios/ldap.md', import.meta.url), 'utf8')
  const [, block] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? []
  if (!block) throw new Error('the guide has no block of YAML')
  return block
}

/** The same for this directory: its certificate in a file, the bind's password in the environment; `kinds`: accounts of another institution. */
export function guideInstitution(directory: Directory, kinds?: string[]): string {
  const ca = join(serverFolder('ca'), 'ca.pem')
  writeFileSync(ca, directory.ca)
  process.env.LDAP_BIND_PASSWORD = bindPassword
  const yaml = guideYaml()
    .replace(/url: .*/, `url: ${directory.urls.tls}`)
    .replace('./ca.pem', ca)
  const accounts = kinds?.map(kind => `  ${kind}: { provider: directorio }\n`).join('')
  return accounts ? yaml.replace(/^accounts:\n[\s\S]*/m, `accounts:\n${accounts}`) : yaml
}

/** A provider, and whatever it told the log. */
export function open(directory: Directory, other: object = {}) {
  const told: string[] = []
  return { ...openLdap(settingsOf(directory, other), problem => told.push(problem)), told }
}

let fences = 1
export const fence = () => ++fences
let numbers = 0

/** Somebody's entry to be, like nobody else's. */
export function somebody(other: Partial<Creation> = {}): Creation & { password: string } {
  const n = numbers++
  return {
    marker: crypto.randomUUID(),
    kind: 'personal',
    address: `ana.ibanez${n}@example.mx`,
    displayName: 'Ana Sofía Ibáñez Núñez',
    given: 'Ana Sofía',
    surnames: 'Ibáñez Núñez',
    keys: {},
    quotaMb: 100,
    password: `frase temporal de ${n}`,
    until: null,
    fence: fence(),
    ...other,
  } as Creation & { password: string }
}
