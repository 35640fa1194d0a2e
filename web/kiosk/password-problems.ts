import { isSentence } from '../words/keys.ts'
import type { Say } from '../words/say.ts'

const LEAST = 12

export interface PasswordForm {
  account: string
  current: string
  password: string
}

/** What can be said before asking the service; sentences by field. */
export function passwordProblems(say: Say, { account, current, password }: PasswordForm) {
  const list: { field: string; text: string }[] = []
  if (!/^[^@\s]+@[^@\s]+$/u.test(account.trim()))
    list.push({ field: 'account', text: say('password.account') })
  if (!current) list.push({ field: 'current', text: say('password.currentRequired') })
  return [...list, ...newPasswordProblems(say, password)]
}

export function newPasswordProblems(say: Say, password: string) {
  if (!password) return [{ field: 'password', text: say('password.required') }]
  const missing = LEAST - length(password)
  return missing > 0 ? [{ field: 'password', text: tooShort(say, missing) }] : []
}

const length = (text: string) => [...text.normalize('NFC')].length

const tooShort = (say: Say, n: number) =>
  n === 1 ? say('password.too-shortOne') : say('password.too-short', { n })

/** The first reason of a `password-refused`, in words. */
export function refusedPassword(say: Say, [reason]: { code: string; missing?: number }[]): string {
  if (!reason) return say('password.refused')
  if (reason.missing) return tooShort(say, reason.missing)
  const key = `password.${reason.code}`
  return isSentence(key) ? say(key) : say('password.refused')
}
