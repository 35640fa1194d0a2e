import { examineDirectory } from '../../api/doctor/directory.ts'
import type { Institution, ProviderSettings } from '../../api/institution/institution.ts'
import type { Finding } from '../../api/providers/finding.ts'

/** What the doctor says of one directory, which holds the accounts of one kind in `domain`. */
export async function looked(settings: ProviderSettings, domain: string): Promise<Finding[]> {
  const institution = {
    providers: { directorio: settings },
    accounts: [{ kind: 'personal', domain, provider: ['directorio'] }],
  } as unknown as Institution
  return Array.fromAsync(examineDirectory(institution, 'directorio'))
}

export const notWell = (findings: Finding[]) => findings.filter(({ ok }) => ok !== 'yes' && ok !== 'skipped')
