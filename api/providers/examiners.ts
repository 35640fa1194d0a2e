import type { ProviderSettings } from '../institution/institution.ts'
import type { ProviderType } from '../institution/schema-providers.ts'
import { examineActiveDirectory } from './active-directory-examine.ts'
import { about, type Examiner } from './finding.ts'
import { examineGraph } from './graph-examine.ts'
import { examineLdap } from './ldap-examine.ts'
import { examineRegistry } from './registry-examine.ts'

type Opener = (name: string, settings: ProviderSettings) => Examiner

/** Nobody to ask: what there is to say of it is one sentence. */
const quiet =
  (check: string, says: string): Opener =>
  name => ({
    async *glance() {},
    async *examine() {
      yield about(name).yes(check, says)
    },
    stop: () => {},
  })

const examiners: Record<ProviderType, Opener> = {
  sql: quiet('sql', 'los buzones están en la base de la aplicación; se revisa con ella'),
  manual: quiet('manual', 'una persona hace cada cambio; las tareas se ven con mci tasks list'),
  ldap: examineLdap,
  activeDirectory: examineActiveDirectory,
  graph: examineGraph,
  registry: examineRegistry,
}

/** How the provider `name` looks at itself. */
export const openExaminer = (name: string, settings: ProviderSettings): Examiner =>
  examiners[settings.type](name, settings)
