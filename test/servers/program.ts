import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A loopback port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

const searchable = (folder: string): boolean =>
  (statSync(folder).mode & 0o001) === 1 && (dirname(folder) === folder || searchable(dirname(folder)))

/** A new folder whose parents any account of this machine may pass: servers drop their privileges. */
export function serverFolder(name: string): string {
  const parent = [tmpdir(), '/tmp', '/var/tmp'].find(folder => existsSync(folder) && searchable(folder))
  return mkdtempSync(join(parent ?? tmpdir(), `mci-${name}-`))
}

/** Whom a server runs as: itself, or `name` (else nobody) where the tests run as root. */
export function serverIdentity(name: string): { uid: number; gid: number } {
  const self = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 }
  if (self.uid !== 0) return self
  const id = (flag: string) => {
    for (const candidate of [name, 'nobody']) {
      try {
        return Number(execFileSync('id', [flag, candidate], { stdio: ['ignore', 'pipe', 'ignore'] }))
      } catch {}
    }
    return -1
  }
  return { uid: id('-u'), gid: id('-g') }
}

/** Starts a program in the foreground that ends when we do, even when we are killed. */
export function startProgram(
  command: string[],
  identity: { uid: number; gid: number },
  endBy: 'INT' | 'TERM',
): ChildProcess {
  const { uid, gid } = identity
  const drop =
    process.getuid?.() === 0 && uid !== 0 ? [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'] : []
  return spawn('setpriv', [...drop, `--pdeathsig=${endBy}`, ...command], { stdio: 'ignore', cwd: '/' })
}

/** Ends what `startProgram` started, by its process id, and waits until it is gone. */
export async function endProgram(program: ChildProcess, by: NodeJS.Signals): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return
  const gone = once(program, 'exit')
  program.kill(by)
  await gone
}

/** Repeats `look` until it no longer throws; gives its last error up after `ms`, or when the program died. */
export async function untilUp(
  look: () => Promise<unknown>,
  program: ChildProcess,
  ms = 20_000,
): Promise<void> {
  const end = performance.now() + ms
  for (;;) {
    try {
      await look()
      return
    } catch (error) {
      if (performance.now() > end || program.exitCode !== null) throw error
      await new Promise(done => setTimeout(done, 25))
    }
  }
}
