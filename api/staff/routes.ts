import type { FastifyRequest } from 'fastify'
import type { Source } from '../limits.ts'
import { serve } from '../serve.ts'
import * as contract from './contract.ts'
import { addMember, listMembers } from './members.ts'
import * as own from './own-contract.ts'
import {
  addOwnFactor,
  beginOwnFactor,
  ownFactors,
  removeOwnFactor,
  renewRecoveryCodes,
} from './own-factors.ts'
import { changePassword } from './own-password.ts'
import { proofOptions, prove } from './prove.ts'
import { beginProvider, finishProvider } from './provider.ts'
import { beginFactor, enrol, finishSignIn } from './second-half.ts'
import type { StaffTicket } from './session.ts'
import {
  browserInWords,
  endOthers,
  endSession,
  keepSession,
  listSessions,
  shownSession,
  shownTo,
  signOut,
} from './sessions.ts'
import { endMemberSessions, renewMember, setMember } from './set-member.ts'
import { signIn } from './sign-in.ts'

const whereOf = (source: Source, request: FastifyRequest) => ({
  source,
  browser: browserInWords(request.headers['user-agent']),
})

type Entered = Pick<
  Parameters<Parameters<typeof serve<typeof contract.finishSignIn>>[1]>[0],
  'ctx' | 'actor' | 'cookies' | 'request' | 'reply'
>

/** The new session's cookie; what this browser carried before is dead. */
async function welcome({ ctx, actor, cookies, request, reply }: Entered, ticket: StaffTicket) {
  const before = cookies.read(request, 'staff')
  if (before) await signOut(ctx, actor, before)
  cookies.set(reply, 'staff', ticket)
  return shownTo(ctx, ticket)
}

export const staffRoutes = [
  serve(contract.signInWays, async ({ ctx }) => {
    const { password, directory, oidc } = ctx.institution.signIn
    return { password: password || directory !== null, provider: oidc?.name ?? null }
  }),
  serve(contract.signIn, async call => {
    const { ctx, actor, ask, source, request } = call
    const made = await signIn(ctx, actor, { ...ask, ...whereOf(source, request) })
    return 'challenge' in made ? made : welcome(call, made)
  }),
  serve(contract.finishSignIn, async call => {
    const { ctx, actor, ask, source, request } = call
    return welcome(call, await finishSignIn(ctx, actor, { ...ask, ...whereOf(source, request) }))
  }),
  serve(contract.beginFactor, async ({ ctx, ask }) => beginFactor(ctx, ask as never)),
  serve(contract.enrol, async call => {
    const { ctx, actor, ask, source, request } = call
    const { ticket, recoveryCodes } = await enrol(ctx, actor, { ...ask, ...whereOf(source, request) })
    return { session: await welcome(call, ticket), recoveryCodes }
  }),
  serve(contract.beginProvider, async ({ ctx, source }) => beginProvider(ctx, { source })),
  serve(contract.finishProvider, async call => {
    const { ctx, actor, ask, source, request } = call
    return welcome(call, await finishProvider(ctx, actor, { ...ask, ...whereOf(source, request) }))
  }),
  serve(contract.readSession, async ({ ctx, member }) => shownSession(ctx, member)),
  serve(contract.keepSession, async ({ ctx, member }) => keepSession(ctx, member)),
  serve(contract.signOut, async ({ ctx, actor, cookies, request, reply }) => {
    const ticket = cookies.read(request, 'staff')
    if (ticket) await signOut(ctx, actor, ticket)
    cookies.clear(reply, 'staff')
    // Not «cookies»: the name of a kiosk is one.
    reply.header('clear-site-data', '"cache", "storage"')
    return null
  }),
  serve(contract.stepUpOptions, async ({ ctx, member }) => proofOptions(ctx, member)),
  serve(contract.stepUp, async ({ ctx, actor, member, ask, source }) =>
    shownSession(ctx, await prove(ctx, actor, member, { ...ask, source })),
  ),
  serve(contract.listSessions, async ({ ctx, member }) => listSessions(ctx, member)),
  serve(contract.endSession, async ({ ctx, actor, member, ask }) => {
    await endSession(ctx, actor, member, ask.id)
    return null
  }),
  serve(contract.endOthers, async ({ ctx, actor, member }) => {
    await endOthers(ctx, actor, member)
    return null
  }),
  serve(contract.listMembers, async ({ ctx }) => listMembers(ctx.db)),
  serve(contract.addMember, async ({ ctx, actor, ask }) => addMember(ctx, actor, ask)),
  serve(contract.setMember, async ({ ctx, actor, member, ask }) => setMember(ctx, actor, member, ask)),
  serve(contract.renewMember, async ({ ctx, actor, member, ask }) => renewMember(ctx, actor, member, ask.id)),
  serve(contract.endMemberSessions, async ({ ctx, actor, ask }) => {
    await endMemberSessions(ctx, actor, ask.id)
    return null
  }),
  serve(own.listFactors, async ({ ctx, member }) => ownFactors(ctx, member)),
  serve(own.beginOwnFactor, async ({ ctx, member, ask }) => beginOwnFactor(ctx, member, ask.factor)),
  serve(own.addOwnFactor, async ({ ctx, actor, member, ask, source }) =>
    addOwnFactor(ctx, actor, member, { ...ask, source }),
  ),
  serve(own.removeOwnFactor, async ({ ctx, actor, member, ask }) => {
    await removeOwnFactor(ctx, actor, member, ask.id)
    return null
  }),
  serve(own.renewRecoveryCodes, async ({ ctx, actor, member }) => ({
    recoveryCodes: await renewRecoveryCodes(ctx, actor, member),
  })),
  serve(own.changeMemberPassword, async ({ ctx, actor, member, ask, source }) => {
    await changePassword(ctx, actor, member, { ...ask, source })
    return null
  }),
]
