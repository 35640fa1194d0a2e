import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serverFolder } from './program.ts'

export interface Certificate {
  /** PEM of the authority that signed it. */
  ca: string
  key: string
  cert: string
}

/** The command that installs openssl, where it is not. */
export function missing(): string | undefined {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'apt-get install --no-install-recommends openssl'
  }
}

/** A certificate of a private authority for `names`: `DNS:localhost`, `IP:127.0.0.1` … */
export const makeCertificate = (...names: string[]): Certificate => signed(names, '30')

/** One that was good until a moment ago. */
export const makeExpiredCertificate = (...names: string[]): Certificate => signed(names, '0')

function signed(names: string[], days: string): Certificate {
  const folder = serverFolder('tls')
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
  const key = (file: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', file]
  const usage = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign']
  const extensions = usage.flatMap(one => ['-addext', one])
  openssl(
    'req',
    '-x509',
    ...key('ca.key'),
    '-days',
    '30',
    '-subj',
    '/CN=Test CA',
    '-out',
    'ca.pem',
    ...extensions,
  )
  openssl('req', ...key('srv.key'), '-subj', '/CN=localhost', '-out', 'srv.csr')
  writeFileSync(join(folder, 'ext'), `subjectAltName=${names.join(',')}\nextendedKeyUsage=serverAuth\n`)
  const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', days, '-extfile', 'ext']
  openssl('x509', '-req', '-in', 'srv.csr', ...signer, '-out', 'srv.pem')
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  const made = { ca: read('ca.pem'), key: read('srv.key'), cert: read('srv.pem') }
  rmSync(folder, { recursive: true, force: true })
  return made
}
