import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** `mci …` as an operator runs it, with these settings and nothing else of ours. */
export async function runMci(args: string[], settings: Record<string, string>) {
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const child = spawn(process.execPath, ['api/cli.ts', ...args], {
    cwd: join(import.meta.dirname, '..'),
    env: { PATH, NODE_COMPILE_CACHE, NODE_NO_WARNINGS: '1', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', text => (said.out += text))
  child.stderr.on('data', text => (said.err += text))
  const [code] = await once(child, 'close')
  return { code, ...said }
}
