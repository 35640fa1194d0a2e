import { reactive } from 'vue'
import { Refused } from '../../api.ts'
import { useProblems } from '../../ui/problems.ts'
import type { StaffSay } from '../../words/staff-keys.ts'
import { useAct } from '../act.ts'
import { factorProblem, isExpired } from './challenge.ts'
import { NoPasskey } from './passkey.ts'

interface Doors {
  code(code: string): Promise<unknown>
  passkey(): Promise<unknown>
  expired(): void
}

/** A code or a passkey, as signing in and the question «is it you?» ask for it. */
export function useFactor(say: StaffSay, doors: Doors) {
  const form = reactive({ code: '' })
  const { problems, show, of } = useProblems()
  const { busy, refusal, act } = useAct()

  const told = async (passkey: boolean, what: () => Promise<unknown>) => {
    try {
      await what()
    } catch (error) {
      if (error instanceof NoPasskey) return show([{ field: 'passkey', text: say('factor.passkeyFailed') }])
      if (!(error instanceof Refused)) throw error
      if (isExpired(error.problem)) return doors.expired()
      const text = factorProblem(say, error.problem, passkey)
      if (!text) throw error
      form.code = ''
      show([{ field: passkey ? 'passkey' : 'code', text }])
    }
  }
  const byCode = act(async () => {
    const code = form.code.replace(/[\s-]/g, '')
    show(code ? [] : [{ field: 'code', text: say('factor.codeRequired') }])
    if (code) await told(false, () => doors.code(code))
  })
  const byPasskey = act(async () => {
    show([])
    await told(true, doors.passkey)
  })
  return { form, problems, of, busy, refusal, byCode, byPasskey }
}
