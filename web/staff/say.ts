import { type InjectionKey, inject } from 'vue'
import type { StaffSay } from '../words/staff-keys.ts'

export const SAY: InjectionKey<StaffSay> = Symbol('staff-say')

/** For components: the staff's sentences, as this institution says them. */
export function useSay(): StaffSay {
  const say = inject(SAY)
  if (!say) throw new Error('no sentences were provided')
  return say
}
