import type { Report } from './problem.ts'
import type { InstitutionFile } from './schema.ts'

/**
 * Kinds may share a domain, since addresses are unique by local part and domain; but only one provider can hold the
 * mailboxes of a domain, and a domain in which no more accounts are made has no kind.
 */
export function checkDomains(file: InstitutionFile, report: Report) {
  const owners = new Map<string, { kind: string; authority: string }>()
  for (const [kind, { domain, provider }] of Object.entries(file.accounts ?? {})) {
    const authority = [provider ?? Object.keys(file.providers ?? {})].flat()[0] ?? ''
    // A provider that does not exist has its own line already.
    if (!domain || (provider && !file.providers?.[authority])) continue
    const owner = owners.get(domain)
    if (!owner) owners.set(domain, { kind, authority })
    else if (owner.authority !== authority) {
      const reason = `el dominio ${domain} ya es de accounts.${owner.kind} en «${owner.authority}», aquí en «${authority}»`
      report(['accounts', kind, 'provider'], reason)
    }
  }
  const legacy = file.legacyDomains ?? []
  for (const [index, domain] of legacy.entries()) {
    const path = ['legacyDomains', String(index)]
    if (legacy.indexOf(domain) < index) report(path, `el dominio ${domain} está dos veces`)
    const owner = owners.get(domain)
    if (owner) report(path, `el dominio ${domain} ya es de accounts.${owner.kind}`)
  }
}
