import type { keepFile } from '@mci/api/files/contract'
import { ref, shallowRef, watch } from 'vue'
import { type Problem, Refused } from '../../api.ts'
import { isStaffSentence, type StaffSay } from '../../words/staff-keys.ts'
import { Left, sendFile } from '../ask.ts'
import { useSay } from '../say.ts'

/** In place of an id: it is on its way, or was not taken. */
export const SENDING = 'sending'
const NOT_TAKEN = 'not-taken'
export const isKept = (id: string) => id !== '' && id !== SENDING && id !== NOT_TAKEN

/** What keeps a form from being sent. */
export const scanProblems = (say: StaffSay, id: string, field: string) => {
  if (id === SENDING) return [{ field, text: say('scan.wait') }]
  return id === NOT_TAKEN ? [{ field, text: say('scan.notTaken') }] : []
}

/** A scan goes out as soon as it is chosen, so that an act need not wait for it; `kept` is told its id, or how it is. */
export function useScan(kept: (id: string) => void) {
  const say = useSay()
  const file = shallowRef<File | null>(null)
  const error = ref<string>()
  let turn = 0
  const sentence = ({ code }: Problem) => {
    const key = `refusal.${code}`
    return isStaffSentence(key) ? say(key) : say('refusal.other', { code })
  }
  watch(file, async chosen => {
    const mine = ++turn
    kept(chosen ? SENDING : '')
    error.value = undefined
    if (!chosen) return
    try {
      const { id } = await sendFile<typeof keepFile>('POST /api/files', chosen)
      if (mine === turn) kept(id)
    } catch (refused) {
      if (mine === turn) kept(NOT_TAKEN)
      if (refused instanceof Left || mine !== turn) return
      if (!(refused instanceof Refused)) throw refused
      error.value = sentence(refused.problem)
    }
  })
  return { file, error }
}

export const sizeWords = (say: StaffSay) => (bytes: number) =>
  bytes < 1_000_000
    ? say('scan.size', { n: Math.max(1, Math.round(bytes / 1000)) })
    : say('scan.sizeMega', { n: (bytes / 1_000_000).toFixed(1) })
