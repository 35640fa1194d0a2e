import type { PublicInstitution as Schema } from '@mci/api/institution/contract'
import type { Static } from 'typebox'
import { type InjectionKey, inject } from 'vue'

export type PublicInstitution = Static<typeof Schema>

export const INSTITUTION: InjectionKey<PublicInstitution> = Symbol('institution')

export function useInstitution(): PublicInstitution {
  const institution = inject(INSTITUTION)
  if (!institution) throw new Error('no institution was provided')
  return institution
}
