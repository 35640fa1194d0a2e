import { createHash, randomUUID, verify, X509Certificate } from 'node:crypto'

/** The application as it is registered. */
export interface App {
  tenant: string
  clientId: string
  clientSecret: string
  /** PEM; key and certificate, as the application holds them. */
  pem: string
  /** Permissions of the application that were consented to. */
  roles: string[]
}

const flow = 'client_credentials'
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const decoded = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString())

/** Signed by the registered certificate, for this address, now, and named by the certificate's own digest. */
function isOurs(assertion: string, app: App, audience: string): boolean {
  const [head = '', claims = '', signature = ''] = assertion.split('.')
  const certificate = new X509Certificate(app.pem.slice(app.pem.indexOf('-----BEGIN CERTIFICATE-----')))
  const { alg, x5t, 'x5t#S256': x5t256 } = decoded(head)
  const { aud, iss, sub, exp, nbf } = decoded(claims)
  const digest = (by: string) => createHash(by).update(certificate.raw).digest('base64url')
  const named = x5t256 ? x5t256 === digest('sha256') : x5t === digest('sha1')
  const padding = alg === 'PS256' ? { padding: 6, saltLength: 32 } : {}
  const signed = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: certificate.publicKey, ...padding },
    Buffer.from(signature, 'base64url'),
  )
  const now = Date.now() / 1000
  const mine = iss === app.clientId && sub === app.clientId && aud === audience
  return named && signed && mine && exp > now && (nbf ?? 0) <= now + 60
}

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')

/** Readable as Entra's are; Graph alone would verify it. */
const tokenOf = (claims: object) => `${encoded({ typ: 'JWT', alg: 'RS256' })}.${encoded(claims)}.firma`

/** The token endpoint's answer to a form. */
export function tokenFor(form: URLSearchParams, app: App, origin: string, tokens: Set<string>) {
  const audience = `${origin}/${app.tenant}/oauth2/v2.0/token`
  const assertion = form.get('client_assertion')
  const proven =
    form.get('client_secret') === app.clientSecret ||
    (assertion !== null &&
      form.get('client_assertion_type') === assertionType &&
      isOurs(assertion, app, audience))
  if (form.get('client_id') !== app.clientId || !proven || form.get('grant_type') !== flow)
    return {
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: 'AADSTS7000215: Invalid client secret provided.',
        error_codes: [7000215],
      },
    }
  // MSAL asks for some of OpenID's as well; an application is granted its own only.
  if (!form.get('scope')?.split(' ').includes(`${origin}/.default`))
    return {
      status: 400,
      body: { error: 'invalid_scope', error_description: 'AADSTS70011', error_codes: [70011] },
    }
  const token = tokenOf({ appid: app.clientId, jti: randomUUID(), roles: app.roles })
  tokens.add(token)
  return {
    status: 200,
    body: { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: token },
  }
}

export const discovery = (origin: string, tenant: string) => ({
  token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`,
  authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/authorize`,
  issuer: `${origin}/${tenant}/v2.0`,
  jwks_uri: `${origin}/${tenant}/discovery/v2.0/keys`,
  end_session_endpoint: `${origin}/${tenant}/oauth2/v2.0/logout`,
  token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
})
