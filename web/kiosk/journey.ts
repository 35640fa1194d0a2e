import type { Reply } from '@mci/api/route'
import type {
  sendCode as askCode,
  confirmVisit,
  currentVisit,
  endVisit,
  identify,
} from '@mci/api/visits/contract'
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { call, type Problem, Refused } from '../api.ts'

export type Visit = Reply<typeof identify>
export type SentCode = Reply<typeof askCode>
export type Result = Reply<typeof confirmVisit>

/** What one person is doing in this window. It lives in memory alone and dies with the page. */
export const useJourney = defineStore('journey', () => {
  const profile = ref('')
  /** As typed, kept for «Escribir de nuevo». */
  const claim = ref<Record<string, string>>({})
  const visit = shallowRef<Visit>()
  /** Id of the account, where the person has several. */
  const chosen = ref('')
  /** On its way to her alternate address. */
  const code = shallowRef<SentCode>()
  const result = shallowRef<Result>()
  const stop = shallowRef<Problem>()
  /** The act is under way: time may run out meanwhile without harm. */
  const acting = ref(false)

  function forget() {
    profile.value = ''
    claim.value = {}
    visit.value = undefined
    chosen.value = ''
    code.value = undefined
    result.value = undefined
    stop.value = undefined
  }

  /** After a reload: where the visit of this browser stands; false when there is none. */
  async function find(): Promise<boolean> {
    try {
      const {
        result: ended,
        code: sent,
        ...open
      } = await call<typeof currentVisit>('GET /api/visits/current', {})
      visit.value = open
      code.value = sent
      if (ended) result.value = ended
      return true
    } catch (error) {
      if (error instanceof Refused && [401, 404, 410].includes(error.problem.status)) return false
      throw error
    }
  }

  /** Another code; the visit lasts at least as long. */
  async function sendCode() {
    const sent = await call<typeof askCode>('POST /api/visits/current/codes', {})
    code.value = sent
    const open = visit.value
    if (open && open.expiresAt < sent.expiresAt) visit.value = { ...open, expiresAt: sent.expiresAt }
  }

  /** «No soy yo», «Terminar»: nothing is kept here nor there. */
  async function leave() {
    forget()
    await call<typeof endVisit>('DELETE /api/visits/current', {}).catch(() => undefined)
  }

  return { profile, claim, visit, chosen, code, result, stop, acting, forget, find, sendCode, leave }
})
