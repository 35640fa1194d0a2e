import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PresenceFilter } from 'ldapts'
import { guidText } from '../../api/providers/active-directory-shape.ts'
import { guideYaml as domainYaml, openPeople } from '../providers/active-directory-settings.ts'
import { bindPassword, guideYaml } from '../providers/ldap-settings.ts'
import { type Directory, openHolder } from '../servers/directory.ts'
import { type LdapProxy, startLdapProxy } from '../servers/ldap-proxy.ts'
import { service, startSamba } from '../servers/samba.ts'
import { startSlapd } from '../servers/slapd.ts'
import type { Elsewhere } from './scene.ts'

/** A directory whose network can be made to fail. */
export interface Troubled extends Elsewhere {
  directory: Pick<Directory, 'down' | 'up'>
  proxy: LdapProxy
  /** Connections that one node keeps to it. */
  pool: number
  /** Seconds after which a node gives one operation up. */
  patience: number
}

function caFile(pem: string) {
  const folder = mkdtempSync(join(tmpdir(), 'mci-chaos-ca-'))
  const path = join(folder, 'ca.pem')
  writeFileSync(path, pem)
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Our account in the values of an entry's marker. */
const accountIn = (marker: unknown): string =>
  [marker]
    .flat()
    .map(String)
    .find(value => value.startsWith('cuenta:'))
    ?.slice('cuenta:'.length) ?? ''

/** An OpenLDAP, set up as the guide says. */
async function slapd(patience: number): Promise<Troubled> {
  const directory = await startSlapd()
  const proxy = await startLdapProxy({ url: directory.urls.tls, ca: directory.ca })
  const ca = caFile(proxy.ca)
  const holder = openHolder(directory)
  return {
    directory,
    proxy,
    pool: 2,
    patience,
    institution: guideYaml()
      .replace(/url: .*/, `url: ${proxy.url}\n    timeoutSeconds: ${patience}`)
      .replace('./ca.pem', ca.path),
    env: { LDAP_BIND_PASSWORD: bindPassword },
    signsIn: holder.signsIn,
    async entries() {
      const found = await holder.all(new PresenceFilter({ attribute: 'mciMarker' }))
      return found.map(({ entryUUID, mciMarker }) => ({
        id: String(entryUUID),
        account: accountIn(mciMarker),
      }))
    },
    async stop() {
      await proxy.stop()
      await directory.stop()
      ca.remove()
    },
  }
}

/** A domain of Samba, likewise; one process answers everybody, and takes its time. */
async function samba(seconds: number): Promise<Troubled> {
  const patience = seconds * 4
  const domain = await startSamba()
  const people = openPeople(domain)
  const proxy = await startLdapProxy({ url: domain.urls.tls, ca: domain.ca })
  const ca = caFile(proxy.ca)
  return {
    directory: domain,
    proxy,
    pool: 2,
    patience,
    institution: domainYaml()
      .replace(/url: .*/, `url: ${proxy.url}\n    timeoutSeconds: ${patience}`)
      .replace('./ca.pem', ca.path),
    env: { AD_BIND_PASSWORD: service.password },
    signsIn: people.signsIn,
    async entries() {
      const found = await people.all(new PresenceFilter({ attribute: 'houseIdentifier' }))
      return found.map(({ objectGUID, houseIdentifier }) => ({
        id: guidText(objectGUID as Buffer),
        account: accountIn(houseIdentifier),
      }))
    },
    async stop() {
      await proxy.stop()
      await domain.stop()
      ca.remove()
    },
  }
}

/** By name, for the runs that take any. */
export const directories: Record<string, (patience: number) => Promise<Troubled>> = { slapd, samba }
