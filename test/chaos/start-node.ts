import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type Browser, openBrowser } from './browser.ts'

/** A process of the service, to be stopped or killed. */
export interface Node {
  url: string
  /** Whatever it wrote so far. */
  wrote(): string
  /** Sent and not waited for: `SIGSTOP`, `SIGCONT`. */
  signal(by: NodeJS.Signals): void
  /** Ends it and waits until it is gone. */
  end(by: 'SIGKILL' | 'SIGTERM'): Promise<void>
  /** Somebody new at a browser, at an address of her own. */
  visitor(): Browser
}

let visitors = 1

function addressOf(visitor: number): string {
  return `10.${(visitor >> 16) & 255}.${(visitor >> 8) & 255}.${visitor & 255}`
}

/** Starts `node.ts`; it dies with us. Throws with what it wrote where it does not come up. */
export async function startNode(env: Record<string, string>): Promise<Node> {
  const program: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, 'node.ts')], {
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const goWithUs = () => program.kill('SIGKILL')
  process.once('exit', goWithUs)
  let written = ''
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (part: Buffer) => {
      written += part
      const ready = /^ready (\S+)$/m.exec(written)?.[1]
      if (ready) resolve(ready)
    }
    program.stdout?.on('data', hear)
    program.stderr?.on('data', hear)
    program.once('exit', () => reject(new Error(`the node did not start: ${written}`)))
  })
  return {
    url,
    wrote: () => written,
    signal: by => void program.kill(by),
    async end(by) {
      process.removeListener('exit', goWithUs)
      if (program.exitCode !== null || program.signalCode !== null) return
      const gone = once(program, 'close')
      program.kill(by)
      await gone
    },
    visitor: () => openBrowser(url, addressOf(visitors++)),
  }
}
