import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { sanitisedLogo } from './logo.ts'
import type { Report } from './problem.ts'
import type { InstitutionFile } from './schema.ts'
import { nearest, type Written } from './written.ts'

/** Files that the institution file names, beside the file that names them. */
export interface Beside {
  logo: string | null
  font: Buffer | null
  /** Certificates, by provider. */
  ca: Record<string, string>
  /** Of the directory that the staff sign in with. */
  signInCa: string | null
}

export function readBeside(file: InstitutionFile, written: Written, report: Report): Beside {
  const beside: Beside = { logo: null, font: null, ca: {}, signInCa: null }
  const logo = content(['brand', 'logo'], file.brand?.logo)
  if (logo) {
    const drawn = sanitisedLogo(logo.toString('utf8'))
    if ('svg' in drawn) beside.logo = drawn.svg
    else report(['brand', 'logo'], `el logotipo ${drawn.refused}`)
  }
  const font = content(['brand', 'font'], file.brand?.font)
  if (font && font.toString('latin1', 0, 4) !== 'wOF2') report(['brand', 'font'], 'no es una letra woff2')
  else beside.font = font ?? null
  for (const [name, provider] of Object.entries(file.providers ?? {})) {
    const ca = certificate(['providers', name, 'ca'], 'ca' in provider ? provider.ca : undefined)
    if (ca !== undefined) beside.ca[name] = ca
  }
  beside.signInCa = certificate(['signIn', 'directory', 'ca'], file.signIn?.directory?.ca) ?? null
  return beside

  function certificate(path: string[], name: string | undefined): string | undefined {
    const ca = content(path, name)?.toString('utf8')
    if (ca === undefined || ca.includes('-----BEGIN CERTIFICATE-----')) return ca
    report(path, 'no es un certificado PEM')
    return undefined
  }

  function content(path: string[], name: string | undefined): Buffer | undefined {
    if (name === undefined) return undefined
    try {
      return readFileSync(resolve(dirname(nearest(written, path).file), name))
    } catch {
      report(path, `el archivo ${name} no se puede leer`)
      return undefined
    }
  }
}
