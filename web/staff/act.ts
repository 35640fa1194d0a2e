import { ref, shallowRef } from 'vue'
import { type Problem, Refused } from '../api.ts'
import { useBusy } from '../ui/busy.ts'
import { Left } from './ask.ts'

/** One act of a form or a dialog: busy while it runs; what the service refuses is kept to be said. */
export function useAct() {
  const { busy, slow, once } = useBusy()
  const refusal = shallowRef<Problem>()
  const act = (what: () => Promise<unknown>) =>
    once(async () => {
      refusal.value = undefined
      try {
        await what()
      } catch (error) {
        if (error instanceof Left) return
        if (!(error instanceof Refused)) throw error
        refusal.value = error.problem
      }
    })
  return { busy, slow, refusal, act }
}

/** What a screen shows, asked for anew by `load`; an answer that was overtaken by a later question is dropped. */
export function useLoaded<T>(read: () => Promise<T>) {
  const found = shallowRef<T>()
  const refusal = shallowRef<Problem>()
  const loading = ref(false)
  let asked = 0
  async function load() {
    const turn = ++asked
    loading.value = true
    try {
      const answer = await read()
      if (turn !== asked) return
      found.value = answer
      refusal.value = undefined
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      if (turn === asked) refusal.value = error.problem
    } finally {
      if (turn === asked) loading.value = false
    }
  }
  return { found, refusal, loading, load }
}
