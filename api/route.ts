import * as Type from 'typebox'
import type { Deed } from './roles.ts'

/**
 * What the outside may ask: the server validates, authorises, limits and documents by it, the web calls by it,
 * and both infer their types from it.
 */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  /**
   * `anyone`; `visitor`: a person whose identifiers matched, by her visit's cookie; `member`: whoever is signed in as
   * staff; or a deed, or one of several, which one of her roles must hold. Nothing else is open.
   */
  may: 'anyone' | 'visitor' | 'member' | Deed | readonly Deed[]
  /** Only within ten minutes of proving once more who she is; else `step-up-required`. */
  stepUp?: true
  /** Open also to a member who has still to choose a password of her own; every other door of the staff refuses her. */
  beforeOwnPassword?: true
  /** Asked by the page alone: it does not keep a session alive. */
  quiet?: true
  /** Answered also to a kiosk that is switched off; every other route refuses it with `not-available`. */
  offKioskMay?: true
  /** One Spanish sentence for the API page. */
  about: string
  params?: Type.TSchema
  /** Every value is a string, as it stands in an address. */
  query?: Type.TSchema
  body?: Type.TSchema
  /** One file by multipart/form-data instead of a body, at most so many bytes. */
  upload?: { bytes: number }
  reply: Type.TSchema
  /** The reply is no JSON but a file of this type. */
  produces?: string
  /** Of a success; 200 unless told, 204 where `reply` is `Nothing`. */
  status?: 200 | 201 | 202 | 204
}

export const route = <const R extends Route>(declared: R): R => declared

type Shape<R, K extends string> = R extends Record<K, infer S extends Type.TSchema> ? Type.Static<S> : unknown
/** Path parameters, query and body in one object. */
export type Ask<R extends Route> = Shape<R, 'params'> & Shape<R, 'query'> & Shape<R, 'body'>
export type Reply<R extends Route> = Type.Static<R['reply']>

/** Shapes that contracts share. */
export const closed = { additionalProperties: false } as const
export const Uuid = Type.String({ format: 'uuid' })
/** ISO 8601 with its offset; the database's clock. */
export const Moment = Type.String({ format: 'date-time' })
export const Day = Type.String({ format: 'date' })
export const orNull = <S extends Type.TSchema>(shape: S) => Type.Union([shape, Type.Null()])
/** What a person writes in a line. */
export const Line = Type.String({ minLength: 1, maxLength: 200 })
/** What a person writes in a few sentences. */
export const Paragraph = Type.String({ minLength: 1, maxLength: 2000 })
/** The letter that an act stands on; `file` is the id of its scan. */
export const OficioRef = Type.Object(
  {
    number: Type.String({ minLength: 1, maxLength: 80 }),
    date: Day,
    sender: Line,
    file: Type.Optional(Uuid),
  },
  closed,
)
export type OficioRef = Type.Static<typeof OficioRef>
