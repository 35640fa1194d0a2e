import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { isUnreachable, isUnstorable } from './db/errors.ts'
import type { Institution } from './institution/institution.ts'
import { ProviderRefusal } from './providers/provider.ts'
import { Refusal } from './refusal.ts'
import { titles } from './titles.ts'

interface Shape {
  instancePath: string
  keyword: string
  params: Record<string, unknown>
}

const words: Record<string, string> = {
  required: 'required',
  additionalProperties: 'unknown',
  maxLength: 'too-long',
  maxProperties: 'too-many',
}

/** The field that a shape error is about; its value is never repeated. */
function fieldOf({ instancePath, keyword, params }: Shape): { name: string; code: string } {
  const inner = String(params.missingProperty ?? params.additionalProperty ?? '')
  const name = [...instancePath.split('/').filter(part => part !== ''), inner]
    .filter(part => part !== '')
    .join('.')
  return { name: name.slice(0, 80), code: words[keyword] ?? 'type' }
}

/** Every error becomes an expected «no», or `unexpected`. */
function refusalFor(error: FastifyError & { validation?: Shape[] }): Refusal {
  if (error instanceof Refusal) return error
  if (error.validation)
    return new Refusal('malformed', 400, { fields: error.validation.slice(0, 20).map(fieldOf) })
  if (isUnstorable(error)) return new Refusal('malformed', 400)
  if (isUnreachable(error)) return new Refusal('not-available', 503, {}, 30)
  if (error instanceof ProviderRefusal) return new Refusal('not-available', 503, {}, 30)
  if (error.statusCode === 413) return new Refusal('too-large', 413)
  if (error.statusCode === 415) return new Refusal('unsupported-type', 415)
  if (error.statusCode && error.statusCode < 500) return new Refusal('malformed', 400)
  return new Refusal('unexpected', 500)
}

/** RFC 9457: what stands in the reply of a refusal. */
export const problemOf = (refusal: Refusal, reference?: string, directions?: string) => ({
  code: refusal.code,
  status: refusal.status,
  title: titles[refusal.code] ?? titles.unexpected,
  ...(reference ? { reference } : {}),
  ...(refusal.retryAfter ? { retryAfter: refusal.retryAfter } : {}),
  ...(directions ? { directions } : {}),
  ...refusal.more,
})

/** Every error becomes a reply, with a reference that also stands in the log. */
export const replyProblem =
  ({ directions }: Pick<Institution, 'directions'>) =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const refusal = refusalFor(error as FastifyError)
    const level = refusal.status >= 500 ? 'error' : 'info'
    const why = error instanceof Refusal ? error.cause : error
    request.log[level]({ code: refusal.code, ...(why ? { err: why } : {}) }, 'refused')
    if (refusal.retryAfter) reply.header('retry-after', refusal.retryAfter)
    reply
      .code(refusal.status)
      .type('application/problem+json; charset=utf-8')
      .send(JSON.stringify(problemOf(refusal, request.id, directions[refusal.code])))
  }
