import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Person {
  sub: string
  [claim: string]: unknown
}

/** What goes wrong with the next sign-in; each is something a provider documents or an attacker would send. */
export type Fault =
  | 'access-denied'
  | 'server-error'
  | 'foreign-key'
  | 'alg-none'
  | 'foreign-audience'
  | 'foreign-issuer'
  | 'expired'
  | 'other-nonce'

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
const keyPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 })

/**
 * An OpenID Connect provider on loopback: discovery, authorization code with PKCE, client secret, tokens signed by a
 * published key. Whoever is at the browser is `person`.
 */
export async function startProvider(client: { id: string; secret: string; redirect: string }) {
  const [own, foreign] = [keyPair(), keyPair()]
  const granted = new Map<string, { challenge: string; nonce: string; person: Person }>()
  const asked: URL[] = []
  let fault: Fault | undefined
  const issuer = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/inst`

  function token({ person, nonce }: { person: Person; nonce: string }): string {
    const now = Math.floor(Date.now() / 1000)
    const iat = fault === 'expired' ? now - 7200 : now
    const claims = {
      ...{ iss: issuer(), aud: client.id, iat, exp: iat + 3600, nonce, ...person },
      ...(fault === 'foreign-audience' ? { aud: 'otra-aplicacion' } : {}),
      ...(fault === 'foreign-issuer' ? { iss: 'http://127.0.0.1:9/otra' } : {}),
      ...(fault === 'other-nonce' ? { nonce: 'de-otra-visita' } : {}),
    }
    if (fault === 'alg-none') return `${encoded({ alg: 'none' })}.${encoded(claims)}.`
    const text = `${encoded({ alg: 'RS256', kid: 'k1', typ: 'JWT' })}.${encoded(claims)}`
    const key = fault === 'foreign-key' ? foreign.privateKey : own.privateKey
    return `${text}.${createSign('sha256').update(text).sign(key, 'base64url')}`
  }

  function exchanged(form: URLSearchParams, authorization: string): [number, object] {
    const basic = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString()
    const right =
      (form.get('client_id') === client.id && form.get('client_secret') === client.secret) ||
      basic === `${client.id}:${client.secret}`
    if (!right) return [401, { error: 'invalid_client' }]
    const code = form.get('code') ?? ''
    const held = granted.get(code)
    granted.delete(code)
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (!held || held.challenge !== challenge || form.get('redirect_uri') !== client.redirect)
      return [400, { error: 'invalid_grant' }]
    if (fault === 'server-error') return [503, { error: 'temporarily_unavailable' }]
    return [
      200,
      { token_type: 'Bearer', expires_in: 3600, access_token: randomUUID(), id_token: token(held) },
    ]
  }

  const bodyOf = async (request: IncomingMessage) => {
    let text = ''
    for await (const part of request) text += part
    return new URLSearchParams(text)
  }

  const server = createServer(async (request, reply) => {
    const say = (status: number, body: object) =>
      reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const path = new URL(request.url ?? '/', 'http://x').pathname
    if (path === '/inst/.well-known/openid-configuration')
      return say(200, {
        issuer: issuer(),
        authorization_endpoint: `${issuer()}/authorize`,
        token_endpoint: `${issuer()}/token`,
        jwks_uri: `${issuer()}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      })
    if (path === '/inst/keys')
      return say(200, {
        keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }],
      })
    if (path === '/inst/token') {
      const [status, body] = exchanged(await bodyOf(request), request.headers.authorization ?? '')
      return say(status, body)
    }
    return say(404, { error: 'not_found' })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))

  return {
    issuer,
    asked,
    /** Somebody signs in there: what her browser is sent back with. */
    answer(address: string, person: Person, wrong?: Fault): string {
      fault = wrong
      const url = new URL(address)
      asked.push(url)
      const of = (name: string) => url.searchParams.get(name) ?? ''
      const right = of('client_id') === client.id && of('redirect_uri') === client.redirect
      if (!right || of('code_challenge_method') !== 'S256')
        throw new Error(`a provider shows an error page: ${address}`)
      const state = of('state')
      if (wrong === 'access-denied') return `#${new URLSearchParams({ error: 'access_denied', state })}`
      const code = randomUUID()
      granted.set(code, { challenge: of('code_challenge'), nonce: of('nonce'), person })
      return `#${new URLSearchParams({ code, state })}`
    },
    stop: () =>
      new Promise<void>(done => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}
