import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { House } from '../house.ts'
import { freePort } from '../servers/program.ts'
import { openVisitor, type Visitor } from '../visitor.ts'

/** The service as an operator runs it: a process of its own, with nothing but these settings. */
export interface Service {
  url: string
  port: number
  dataDir: string
  process: ChildProcess
  /** Asks the port of the probes. */
  management(path: string): Promise<Response>
  /** Everything it wrote so far. */
  output(): string
  visitor(from?: string): Visitor
  /** Ends it; its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

const secretKey = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')

/** Settings that are right but for the database and the mail server. */
export const rightSettings = {
  PORT: '0',
  PUBLIC_URL: 'http://localhost:3000',
  MAIL_FROM: 'correo@colima.example',
  SECRET_KEY: secretKey,
  INSTITUTION: 'colima',
  MANAGEMENT_PORT: '0',
}

type Settings = Record<string, string | undefined>

/** Starts `node api/main.ts` and nothing else; the caller sees it end. */
function run(settings: Settings): ChildProcess {
  const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...settings }
  return spawn(process.execPath, ['api/main.ts'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Runs it until it ends by itself. */
export async function runToEnd(
  settings: Settings,
): Promise<{ code: number | null; out: string; err: string }> {
  const child = run(settings)
  let out = ''
  let err = ''
  child.stdout?.on('data', part => {
    out += part
  })
  child.stderr?.on('data', part => {
    err += part
  })
  const late = setTimeout(() => child.kill('SIGKILL'), 60_000)
  const [code] = await once(child, 'close')
  clearTimeout(late)
  return { code, out, err }
}

interface Sent {
  method: string
  url: string
  remoteAddress: string
  headers: Record<string, string>
  payload?: object
}

/** What a visitor asks, over a real connection; her address as a proxy would tell it. */
async function send(url: string, ask: Sent) {
  const reply = await fetch(url + ask.url, {
    method: ask.method,
    headers: {
      ...ask.headers,
      'x-forwarded-for': ask.remoteAddress,
      ...(ask.payload ? { 'content-type': 'application/json' } : {}),
    },
    ...(ask.payload ? { body: JSON.stringify(ask.payload) } : {}),
  })
  const cookies = reply.headers.getSetCookie().map(line => {
    const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
    return { name, value }
  })
  const headers = Object.fromEntries(reply.headers)
  return { statusCode: reply.status, headers, body: await reply.text(), cookies }
}

let visitors = 0

/** Starts the service on free ports and waits until it says that it is ready. */
export async function startService(settings: Settings): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), 'mci-service-'))
  const port = await freePort()
  const managementPort = await freePort()
  const child = run({
    ...rightSettings,
    PORT: String(port),
    MANAGEMENT_PORT: String(managementPort),
    DATA_DIR: folder,
    TRUST_PROXY: '127.0.0.1',
    ...settings,
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', part => {
      text += part
    })
  while (!/^ready /m.test(text)) {
    if (child.exitCode !== null) throw new Error(`the service ended: ${text}`)
    await new Promise(done => setTimeout(done, 20))
  }
  const url = `http://localhost:${port}`
  const inject = (ask: Sent) => send(url, ask)
  return {
    url,
    port,
    management: path => fetch(`http://127.0.0.1:${managementPort}${path}`),
    process: child,
    dataDir: folder,
    output: () => text,
    visitor: from => openVisitor({ inject } as unknown as House['app'], from ?? `10.9.8.${visitors++}`),
    async stop(signal = 'SIGTERM') {
      const gone = child.exitCode !== null || child.signalCode !== null ? undefined : once(child, 'close')
      child.kill(signal)
      await gone
      await rm(folder, { recursive: true, force: true })
      return child.exitCode
    },
  }
}
