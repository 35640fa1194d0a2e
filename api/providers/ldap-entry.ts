import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { Change } from 'ldapts'
import { byId, change, codeOf, codes, type Directory, run, type Step } from './ldap-change.ts'
import { nameOf } from './ldap-connection.ts'
import { movedTo, parentOf, within } from './ldap-names.ts'
import type { Seen } from './ldap-read.ts'
import { ProviderRefusal } from './provider.ts'

/** How one kind of directory does what all of them must. */
export interface Ways<F extends Seen> {
  /** Nobody knows the password any more. */
  gone(): Change[]
  /** Nobody signs in. */
  block(here: F): Change[]
  unblock(here: F): Change[]
  onClose: 'disable' | 'move' | 'delete'
  closedUnit: string | undefined
}

/** `decoy`: what is tried in place of an entry that is not there. */
export async function accepts<F extends Seen>(
  to: Directory<F>,
  id: string | undefined,
  password: string,
  decoy?: string,
): Promise<boolean> {
  const here = await byId(to, id ?? randomUUID())
  const opens = here !== undefined && !here.noted.closed && password !== ''
  const signsIn = await to
    .signsIn(opens ? here.dn : (decoy ?? `cn=${randomUUID()},${to.reads.baseDn}`), password)
    .catch((error: unknown) => {
      if (error instanceof ProviderRefusal) throw error
      to.tell(`bind: ${nameOf(error)}`)
      throw new ProviderRefusal('unavailable')
    })
  return signsIn && opens
}

/**
 * When the directory says that our temporary password was set: a later time means that she has her own by now. `before`:
 * what it said until then, of a directory that answers first and notes the time after.
 */
export async function noteChanged<F extends Seen>(
  to: Directory<F>,
  id: string,
  fence: number,
  before?: string,
): Promise<void> {
  if (before !== undefined) await notedSince(to, id, before)
  await change(to, id, fence, here =>
    here.changed === '' ? undefined : { noted: { changed: here.changed } },
  )
}

/** Its times are of one second: past that, the same time is the new one. */
async function notedSince<F extends Seen>(to: Directory<F>, id: string, before: string): Promise<void> {
  for (const end = Date.now() + 1000; Date.now() < end; await setTimeout(20)) {
    const here = await byId(to, id)
    if (here?.changed !== before) return
  }
}

export async function expirePassword<F extends Seen>(
  to: Directory<F>,
  ways: Ways<F>,
  id: string,
  setUnder: number,
  fence: number,
): Promise<'expired' | 'not-ours'> {
  let said: 'expired' | 'not-ours' = 'not-ours'
  const decide = (here: F): Step => {
    const { set, changed, ended } = here.noted
    const ours = set === setUnder && (changed === undefined || changed === here.changed)
    said = ended || ours ? 'expired' : 'not-ours'
    return ours && !ended ? { noted: { ended: true }, changes: ways.gone() } : undefined
  }
  try {
    await change(to, id, fence, decide)
    return said
  } catch (error) {
    if (!(error instanceof ProviderRefusal) || !(error.code === 'gone' || error.code === 'stale')) throw error
    const here = await byId(to, id)
    return here?.noted.ended ? 'expired' : 'not-ours'
  }
}

export async function closeEntry<F extends Seen>(
  to: Directory<F>,
  ways: Ways<F>,
  id: string,
  fence: number,
): Promise<void> {
  const { onClose, closedUnit } = ways
  const here = await byId(to, id)
  if (!here && onClose === 'delete') return
  if (!here?.noted.closed)
    await change(to, id, fence, now => ({
      noted: {
        closed: true,
        ended: true,
        blocked: false,
        asleep: false,
        home: Buffer.from(parentOf(now.dn)).toString('base64url'),
      },
      changes: [...ways.gone(), ...ways.block(now)],
    }))
  const { dn } = (await byId(to, id)) ?? {}
  if (dn === undefined) return
  if (onClose === 'delete') await removeEntry(to, dn)
  if (onClose === 'move') await moveEntry(to, dn, within(to.reads.baseDn, closedUnit))
}

export const removeEntry = (to: Directory, dn: string) =>
  run(to, 'delete', client => client.del(dn), new Set([codes.noSuchObject])).catch((error: unknown) => {
    if (codeOf(error) !== codes.noSuchObject) throw error
  })

/** Where somebody of that name stands already, it stays where it is. */
async function moveEntry(to: Directory, dn: string, parent: string): Promise<void> {
  const there = movedTo(dn, parent)
  if (there.toLowerCase() === dn.toLowerCase()) return
  await run(to, 'move', client => client.modifyDN(dn, there), new Set([codes.entryExists])).catch(
    (error: unknown) => {
      if (codeOf(error) !== codes.entryExists) throw error
    },
  )
}

/** What was closed is there again, where it stood, without a password. */
export async function reopenEntry<F extends Seen>(
  to: Directory<F>,
  ways: Ways<F>,
  id: string,
  fence: number,
): Promise<void> {
  const decide = (here: F): Step =>
    here.noted.closed
      ? { noted: { closed: false, home: undefined }, changes: ways.unblock(here) }
      : { noted: {} }
  const here = await change(to, id, fence, decide, true)
  if (here?.noted.home) await moveEntry(to, here.dn, Buffer.from(here.noted.home, 'base64url').toString())
}
