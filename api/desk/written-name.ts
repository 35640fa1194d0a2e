import { Refusal } from '../refusal.ts'

/** Names that mail systems and people take for somebody in particular (RFC 2142 and what attackers ask for). */
const reserved = new Set([
  ...['abuse', 'admin', 'administrador', 'administrator', 'hostmaster', 'info-seguridad', 'mailer-daemon'],
  ...['no-reply', 'noc', 'noreply', 'postmaster', 'root', 'security', 'seguridad', 'soporte', 'webmaster'],
])

/**
 * «Escriba solo el nombre, sin dominio»: what somebody wrote as a local part, in lower case. Refusal: `malformed` with the
 * field `name`: `domain` where there is an `@`, `shape`, `reserved`.
 */
export function writtenName(text: string): string {
  const name = text.trim().toLowerCase()
  const refuse = (code: string) => new Refusal('malformed', 400, { fields: [{ name: 'name', code }] })
  if (name === '') throw refuse('required')
  if (name.includes('@')) throw refuse('domain')
  if (!/^[a-z0-9](?:[a-z0-9]|[._-](?=[a-z0-9])){1,62}$/.test(name)) throw refuse('shape')
  if (reserved.has(name)) throw refuse('reserved')
  return name
}
