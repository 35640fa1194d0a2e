import { esMX } from '../words/es-MX.ts'
import type { SentenceKey } from '../words/keys.ts'
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
  if (!password) list.push({ field: 'password', text: say('password.required') })
  else if ([...password].length < LEAST) list.push({ field: 'password', text: tooShort(say, password) })
  return list
}

function tooShort(say: Say, password: string) {
  const n = LEAST - [...password].length
  return n === 1 ? say('password.too-shortOne') : say('password.too-short', { n })
}

/** The first reason of a `password-refused`, in words. */
export function refusedPassword(say: Say, reasons: string[], password: string): string {
  const reason = reasons[0] ?? ''
  if (reason === 'too-short' && [...password].length < LEAST) return tooShort(say, password)
  const key = `password.${reason}`
  return reason && reason !== 'too-short' && Object.hasOwn(esMX, key)
    ? say(key as SentenceKey)
    : say('password.refused')
}
