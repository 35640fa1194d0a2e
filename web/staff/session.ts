import type { Deed } from '@mci/api/roles'
import type { keepSession, readSession, signOut } from '@mci/api/staff/contract'
import { defineStore } from 'pinia'
import type { Static } from 'typebox'
import { computed, ref, shallowRef } from 'vue'
import { call, type Problem, Refused, serverNow } from '../api.ts'
import { dropDrafts, keepDraftsOf } from './drafts.ts'
import { openTabs } from './tabs.ts'

export type Session = Static<(typeof readSession)['reply']>
/** Why nobody is signed in any more. */
export type Ending = 'idle' | 'whole' | 'left'
/** A deed, any of several, or being signed in at all. */
export type May = Deed | readonly Deed[] | 'member'

const END_OF = { idle: 'idleUntil', whole: 'expiresAt' } as const

/** Who is signed in at this browser and what she may, in step with her other tabs. */
export const useSession = defineStore('session', () => {
  const who = shallowRef<Session | null>(null)
  const ending = ref<Ending | null>(null)
  /** The service could not say who is signed in. */
  const trouble = shallowRef<Problem>()
  /** A request waits for her to say once more who she is. */
  const proof = shallowRef<((proven: boolean) => void) | null>(null)
  /** Length of the idle term, as the service told it last. */
  let idleTerm = 0
  const tabs = openTabs({
    /** Another tab heard from the service. */
    session: told => take(told, false),
    over: why => over(why, false),
  })

  function take(told: Session, tell = true) {
    if (who.value && who.value.member.id !== told.member.id) location.assign('/personal')
    idleTerm = Date.parse(told.idleUntil) - serverNow()
    who.value = told
    ending.value = null
    keepDraftsOf(told.member.id)
    if (tell) tabs.tell({ kind: 'session', session: told })
  }

  /** Her session is over; what she had begun to write stays, unless she left by herself. */
  function over(why: Ending, tell = true) {
    if (!who.value && why !== 'left') return
    who.value = null
    ending.value = why
    proof.value?.(false)
    if (why === 'left') dropDrafts()
    if (tell) tabs.tell({ kind: 'over', why })
  }

  /** The service saw her: her idle term begins anew, near enough for a warning that asks before it is shown. */
  function touched() {
    if (!who.value) return
    const idleUntil = new Date(serverNow() + idleTerm).toISOString()
    who.value = { ...who.value, idleUntil }
    tabs.tell({ kind: 'session', session: who.value })
  }

  const nobody = (error: unknown) => {
    if (error instanceof Refused && error.problem.code === 'not-signed-in') return null
    throw error
  }
  const taken = (told: Session | null) => {
    if (told) take(told)
    return told
  }
  const read = async () => taken(await call<typeof readSession>('GET /api/session', {}).catch(nobody))
  const keep = async () =>
    taken(await call<typeof keepSession>('POST /api/session/extensions', {}).catch(nobody))

  async function leave() {
    await call<typeof signOut>('DELETE /api/session', {})
    over('left')
  }

  /** Resolves once she has shown who she is, or has left it. Several requests wait for the same dialog. */
  let asked: Promise<boolean> | null = null
  function prove(): Promise<boolean> {
    asked ??= new Promise<boolean>(resolve => {
      proof.value = resolve
    }).finally(() => {
      proof.value = null
      asked = null
    })
    return asked
  }

  const may = (what: May) =>
    who.value !== null &&
    (what === 'member' ||
      (!who.value.passwordDue && [what].flat().some(deed => who.value?.deeds.includes(deed))))
  const secondsTo = (end: keyof typeof END_OF) =>
    who.value ? Math.ceil((Date.parse(who.value[END_OF[end]]) - serverNow()) / 1000) : 0

  return {
    who: computed(() => who.value),
    ending,
    trouble,
    proof,
    take,
    over,
    touched,
    read,
    keep,
    leave,
    prove,
    may,
    secondsTo,
  }
})
