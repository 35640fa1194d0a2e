import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../api/db/open.ts'
import { missing, startPostgres } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the run's PostgreSQL, as its superuser; '' where none is installed. Its `mci_template` is migrated. */
    postgres: string
    /** File with a migrated embedded database, to be copied. */
    embedded: string
    /** Folder in which a domain of Active Directory is provisioned once, by whoever needs it first. */
    samba: string
  }
}

const plain = { migrationUrl: undefined, mustBeEmpty: false }

/** One PostgreSQL for the whole run and one migrated embedded database; every test file makes copies of its own. */
export default async function startForRun(project: TestProject): Promise<() => Promise<void>> {
  const command = missing()
  if (command && process.env.CI === 'true') throw new Error(`not installed: ${command}`)
  const folder = await mkdtemp(join(tmpdir(), 'mci-suite-'))
  // What a test leaves behind goes with the run.
  process.env.TMPDIR = folder
  // Every process that the suite starts reads the same source: the first one compiles it.
  process.env.NODE_COMPILE_CACHE = join(import.meta.dirname, '../../node_modules/.cache/compiled')
  project.provide('embedded', await dumpEmbedded(folder))
  project.provide('samba', join(folder, 'samba'))
  await mkdir(join(folder, 'samba'))
  const server = command ? undefined : await startPostgres()
  if (server) {
    await server.createDatabase('mci_template')
    const made = await openDatabase({ ...plain, url: server.url('mci_template'), folder: '' })
    await made.close()
  }
  project.provide('postgres', server?.url() ?? '')
  return async () => {
    await server?.stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

async function dumpEmbedded(folder: string): Promise<string> {
  const made = await openDatabase({ ...plain, url: undefined, folder: 'memory://' })
  if (!('lite' in made.engine)) throw new Error('not embedded')
  const file = join(folder, 'embedded.tar')
  await writeFile(file, Buffer.from(await (await made.engine.lite.dumpDataDir('none')).arrayBuffer()))
  await made.close()
  return file
}
