import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PresenceFilter } from 'ldapts'
import { bindPassword, guideYaml } from '../providers/ldap-settings.ts'
import { type Directory, openHolder } from '../servers/directory.ts'
import { type LdapProxy, startLdapProxy } from '../servers/ldap-proxy.ts'
import { startSlapd } from '../servers/slapd.ts'
import type { Elsewhere } from './scene.ts'

/** A directory whose network can be made to fail. */
export interface Troubled extends Elsewhere {
  directory: Directory
  proxy: LdapProxy
  /** Connections that one node keeps to it. */
  pool: number
  /** Seconds after which a node gives one operation up. */
  patience: number
}

/** An OpenLDAP, set up as the guide says. */
async function slapd(patience: number): Promise<Troubled> {
  const directory = await startSlapd()
  const proxy = await startLdapProxy({ url: directory.urls.tls, ca: directory.ca })
  const folder = mkdtempSync(join(tmpdir(), 'mci-chaos-ca-'))
  const ca = join(folder, 'ca.pem')
  writeFileSync(ca, proxy.ca)
  const holder = openHolder(directory)
  return {
    directory,
    proxy,
    pool: 2,
    patience,
    institution: guideYaml()
      .replace(/url: .*/, `url: ${proxy.url}\n    timeoutSeconds: ${patience}`)
      .replace('./ca.pem', ca),
    env: { LDAP_BIND_PASSWORD: bindPassword },
    signsIn: holder.signsIn,
    async entries() {
      const found = await holder.all(new PresenceFilter({ attribute: 'mciMarker' }))
      return found.map(({ entryUUID, mciMarker }) => {
        const mark = [mciMarker]
          .flat()
          .map(String)
          .find(value => value.startsWith('cuenta:'))
        return { id: String(entryUUID), account: mark?.slice('cuenta:'.length) ?? '' }
      })
    },
    async stop() {
      await proxy.stop()
      await directory.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** By name, for the runs that take any. */
export const directories: Record<string, (patience: number) => Promise<Troubled>> = { slapd }
