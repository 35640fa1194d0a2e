import type { Institution } from './institution.ts'
import type { Report } from './problem.ts'

const isLoopback = (host: string) => host === 'localhost' || host === '[::1]' || host.startsWith('127.')

/** What a registry needs, once the environment is read: one of two ways, and nothing goes there in clear. */
export function checkRegistries(providers: Institution['providers'], report: Report) {
  for (const [name, { type, url, secret, report: asks }] of Object.entries(providers)) {
    if (type !== 'registry' || typeof url !== 'string') continue
    const at = (key: string) => ['providers', name, key]
    const { protocol = '', hostname = '' } = URL.canParse(url) ? new URL(url) : {}
    if (/^postgres(ql)?:$/.test(protocol)) {
      if (asks) report(at('report'), 'una tabla siempre se puede leer; es de los avisos')
      continue
    }
    if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname)))
      report(at('url'), 'debe ser postgres://… o https://…')
    const key = typeof secret === 'string' ? secret.replace(/^whsec_/, '') : ''
    if (Buffer.from(key, 'base64').length < 24)
      report(at('secret'), 'firma los avisos: 24 bytes o más en base64; hágala con openssl rand -base64 32')
  }
}
