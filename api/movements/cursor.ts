import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'

/** Where a look-up goes on: good for whoever asked, with the same filters. */
const sealOf = (key: Buffer, seq: string, of: string) =>
  createHmac('sha256', key).update(`${seq}\n${of}`).digest().subarray(0, 16)

export function cursorAt(ctx: Context, seq: number, of: string): string {
  const [key] = ctx.keysFor('cursor')
  return `${seq.toString(36)}.${sealOf(key as Buffer, String(seq), of).toString('base64url')}`
}

/** Refusal: `malformed` for whatever we did not write for exactly this. */
export function readCursor(ctx: Context, cursor: string, of: string): number {
  const [, place = '', seal = ''] = /^([0-9a-z]{1,11})\.([\w-]{22})$/.exec(cursor) ?? []
  const seq = Number.parseInt(place, 36)
  const said = Buffer.from(seal, 'base64url')
  const right = ctx
    .keysFor('cursor')
    .map(key => sealOf(key, String(seq), of))
    .some(own => own.length === said.length && timingSafeEqual(own, said))
  if (!right || said.toString('base64url') !== seal || seq.toString(36) !== place)
    throw new Refusal('malformed', 400, { fields: [{ name: 'cursor', code: 'type' }] })
  return seq
}
