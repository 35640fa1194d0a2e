import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface Identity {
  profile: string
  claim: Record<string, string>
  expect: string
}
interface Mail {
  to: string
  subject: string
  text: string
  at: string
}

const root = join(import.meta.dirname, '../..')

/** The demonstration as `pnpm demo` starts it, on a free port and in a folder of its own. */
export async function startDemo(settings: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'mci-e2e-'))
  const child = spawn(process.execPath, ['api/main.ts', '--demo'], {
    cwd: root,
    env: {
      ...process.env,
      PORT: '0',
      MANAGEMENT_PORT: '0',
      DATA_DIR: folder,
      LOG_LEVEL: 'warn',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await readyUrl(child)
  const told = async () =>
    (await (await fetch(`${url}/api/demo`)).json()) as { identities: Identity[]; mails: Mail[] }
  const { identities } = await told()
  return {
    url,
    identities,
    /** The first identity for which this is to happen. */
    who(expect: string): Identity {
      const found = identities.find(identity => identity.expect === expect)
      if (!found) throw new Error(`the demo has no identity that expects ${expect}`)
      return found
    },
    mails: async () => (await told()).mails,
    async stop() {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type Demo = Awaited<ReturnType<typeof startDemo>>

async function readyUrl(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('no output to read')
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('ready ')) {
      child.stdout.resume()
      return line.slice('ready '.length).trim()
    }
  }
  throw new Error(`the demo ended with ${child.exitCode} before it was ready`)
}
