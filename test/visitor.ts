import { solveChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import { expect } from 'vitest'
import type { House, Person } from './house.ts'

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: a reply is judged by each test
  body: any
  text: string
  /** As they came, where it is no text. */
  bytes: Buffer
  headers: Record<string, string | string[] | undefined>
}

/** A person at a browser: keeps its cookies, sends what a browser of our own pages sends. */
export interface Visitor {
  cookies: Map<string, string>
  from: string
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Types her keys; where a proof is asked for it is solved and sent, as our page does. */
  identify(person: Pick<Person, 'profile' | 'claim'>): Promise<Answer>
  /** Asks for a challenge and solves it. */
  prove(): Promise<string>
  confirm(body?: object): Promise<Answer>
  /** Identifies herself and confirms; must succeed. */
  goThrough(person: Person): Promise<Answer>
  changePassword(account: string, current: string, password: string): Promise<Answer>
}

export function openVisitor(app: House['app'], from: string): Visitor {
  const cookies = new Map<string, string>()
  const ask: Visitor['ask'] = async (method, path, body, headers = {}) => {
    const reply = await app.inject({
      method: method as 'POST',
      url: path,
      remoteAddress: from,
      headers: {
        host: 'localhost:3000',
        origin: 'http://localhost:3000',
        ...(cookies.size > 0 ? { cookie: [...cookies].map(pair => pair.join('=')).join('; ') } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: body as object }),
    })
    for (const { name, value } of reply.cookies)
      value === '' ? cookies.delete(name) : cookies.set(name, value)
    const json = String(reply.headers['content-type']).includes('json') && reply.body !== ''
    return {
      status: reply.statusCode,
      body: json ? JSON.parse(reply.body) : undefined,
      text: reply.body,
      bytes: reply.rawPayload,
      headers: reply.headers as Answer['headers'],
    }
  }
  const prove: Visitor['prove'] = async () => {
    const { body: challenge } = await ask('GET', '/api/challenges')
    const solution = await solveChallenge({ challenge, deriveKey })
    return Buffer.from(JSON.stringify({ challenge, solution })).toString('base64')
  }
  const identify: Visitor['identify'] = async ({ profile, claim }) => {
    const said = await ask('POST', '/api/visits', { profile, claim })
    if (said.body?.code !== 'proof-required') return said
    return ask('POST', '/api/visits', { profile, claim, proof: await prove() })
  }
  const confirm = (body: object = {}) => ask('POST', '/api/visits/current/confirmation', body)
  return {
    cookies,
    from,
    ask,
    identify,
    prove,
    confirm,
    async goThrough(person) {
      const known = await identify(person)
      expect(known.status, known.text).toBe(201)
      const confirmed = await confirm()
      expect(confirmed.status, confirmed.text).toBe(201)
      return confirmed
    },
    changePassword: (account, current, password) =>
      ask('POST', '/api/passwords', { account, current, password }),
  }
}

/** What a credential mail says: one thing a line. */
export function credentialsIn(text: string): {
  account: string
  password: string
  folio: string
  expires: string
  /** Tokens of the links to choose a password and to say «no fui yo». */
  link: string
  alert: string
} {
  const line = (label: string) => new RegExp(`^${label}: (.+)$`, 'm').exec(text)?.[1] ?? ''
  return {
    account: line('Cuenta'),
    password: line('Contraseña temporal'),
    folio: line('Folio'),
    expires: line('Vence'),
    link: /^https?:\/\/[^/]+\/activar#([\w-]+)$/.exec(line('Enlace'))?.[1] ?? '',
    alert: /https?:\/\/[^/]+\/no-fui-yo#([\w-]+)\./.exec(text)?.[1] ?? '',
  }
}
