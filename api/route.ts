import type { Static, TSchema } from 'typebox'

/**
 * What the outside may ask: the server validates, authorises, limits and documents by it, the web calls by it,
 * and both infer their types from it.
 */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  /** `anyone`, or `visitor`: a person whose identifiers matched, by her visit's cookie. Nothing else is open. */
  may: 'anyone' | 'visitor'
  /** Answered also to a kiosk that is switched off; every other route refuses it with `not-available`. */
  offKioskMay?: true
  /** One Spanish sentence for the API page. */
  about: string
  params?: TSchema
  body?: TSchema
  reply: TSchema
  /** Of a success; 200 unless told, 204 where `reply` is `Nothing`. */
  status?: 200 | 201 | 202 | 204
}

export const route = <const R extends Route>(declared: R): R => declared

type Shape<R, K extends string> = R extends Record<K, infer S extends TSchema> ? Static<S> : unknown
/** Path parameters and body in one object. */
export type Ask<R extends Route> = Shape<R, 'params'> & Shape<R, 'body'>
export type Reply<R extends Route> = Static<R['reply']>
