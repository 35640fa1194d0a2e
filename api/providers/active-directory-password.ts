import { randomBytes } from 'node:crypto'
import type { Change } from 'ldapts'
import { admitted, type DomainShape, type Person } from './active-directory-shape.ts'
import { change, type Directory, put } from './ldap-change.ts'
import { noteChanged } from './ldap-entry.ts'
import type { Noted } from './ldap-marker.ts'
import type { NewPassword } from './provider.ts'

export interface Domain extends Directory<Person> {
  shape: DomainShape
}

const written = (password: string) => put('unicodePwd', Buffer.from(`"${password}"`, 'utf16le'))

/** One that nobody knows: the directory does not take a password away. Of every class that a policy may ask for. */
export const nobodys = (): Change => written(`aZ9-${randomBytes(48).toString('base64url')}`)

/** What her next sign-in must begin with. */
const mustChange = put('pwdLastSet', '0')
/** Locked by wrong guesses until now. */
const unlocked = put('lockoutTime', '0')

/**
 * The password and the fence come in one change. An entry that never had one is enabled in the next, once it has: what is
 * cut short in between is still known to be asleep.
 */
export async function giveNewPassword(
  to: Domain,
  id: string,
  ask: NewPassword & { fence: number },
): Promise<void> {
  const { fence } = ask
  const mustNow = to.shape.mustChange && ask.until !== null
  const flags = mustNow ? [mustChange] : []
  const set = setUnder(fence, mustNow ? '0' : undefined)
  const password = [written(ask.password), unlocked]
  const here = await change(to, id, fence, here =>
    here.asleep
      ? { noted: { pending: fence, changed: here.changed }, changes: password }
      : { noted: set, changes: [...password, ...flags] },
  )
  if (here?.asleep) await change(to, id, fence, here => ({ noted: set, changes: [...woken(here), ...flags] }))
  if (ask.until && !mustNow) await noteChanged(to, id, fence)
}

const setUnder = (fence: number, changed?: string): Partial<Noted> => ({
  set: fence,
  pending: 0,
  ended: false,
  blocked: false,
  asleep: false,
  changed,
})

/** Enabled, unless somebody blocked it in its sleep. */
const woken = (here: Person): Change[] =>
  here.asleep && !here.noted.blocked ? [put('userAccountControl', admitted(here))] : []

/** What was cut short between the password and the rest is finished. */
export async function hasArrived(to: Domain, id: string, under: number, fence: number): Promise<boolean> {
  let arrived = false
  await change(to, id, fence, here => {
    const { set, pending } = here.noted
    const halfway = here.asleep && pending === under
    arrived = set === under || halfway
    if (halfway) return { noted: setUnder(under), changes: woken(here) }
    return arrived ? undefined : { noted: {} }
  })
  return arrived
}
