import type { Deed, Role } from '../roles.ts'

/** Who is signed in as staff, as her rows say at this moment. */
export interface Member {
  id: string
  login: string
  name: string
  roles: readonly Role[]
  /** `level:…`, `municipality:…`, `domain:…` or `centre:…`; none: everywhere. */
  units: readonly string[]
  deeds: ReadonlySet<Deed>
  session: string
  /** Who she is in the padrón, as far as that is known: nobody acts on an account of her own. */
  persons: readonly string[]
  /** She proved who she is within the last ten minutes. */
  proven: boolean
  /** Her password was made by somebody else: nothing is open to her before she has chosen her own. */
  passwordDue: boolean
}
