import type { Reply } from '@mci/api/route'
import type { confirmVisit, currentVisit, endVisit, identify } from '@mci/api/visits/contract'
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { call, type Problem, Refused } from '../api.ts'

export type Visit = Reply<typeof identify>
export type Result = Reply<typeof confirmVisit>

/** What one person is doing in this window. It lives in memory alone and dies with the page. */
export const useJourney = defineStore('journey', () => {
  const profile = ref('')
  /** As typed, kept for «Escribir de nuevo». */
  const claim = ref<Record<string, string>>({})
  const visit = shallowRef<Visit>()
  /** Id of the account, where the person has several. */
  const chosen = ref('')
  const result = shallowRef<Result>()
  const stop = shallowRef<Problem>()
  /** The act is under way: time may run out meanwhile without harm. */
  const acting = ref(false)

  function forget() {
    profile.value = ''
    claim.value = {}
    visit.value = undefined
    chosen.value = ''
    result.value = undefined
    stop.value = undefined
  }

  /** After a reload: where the visit of this browser stands; false when there is none. */
  async function find(): Promise<boolean> {
    try {
      const { result: ended, ...open } = await call<typeof currentVisit>('GET /api/visits/current', {})
      visit.value = open
      if (ended) result.value = ended
      return true
    } catch (error) {
      if (error instanceof Refused && [401, 404, 410].includes(error.problem.status)) return false
      throw error
    }
  }

  /** «No soy yo», «Terminar»: nothing is kept here nor there. */
  async function leave() {
    forget()
    await call<typeof endVisit>('DELETE /api/visits/current', {}).catch(() => undefined)
  }

  return { profile, claim, visit, chosen, result, stop, acting, forget, find, leave }
})
