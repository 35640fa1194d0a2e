import { createHmac } from 'node:crypto'
import { expect } from 'vitest'
import { addMember } from '../../api/staff/members.ts'
import type { House } from '../house.ts'
import type { Answer, Visitor } from '../visitor.ts'

const system = { as: 'system', channel: 'system' } as const
let members = 0

export interface Account {
  id: string
  login: string
  password: string
  seed: string
}

/**
 * Somebody with an access: with her second factor as `mci members add` gives it, or still to be registered. Her password is
 * hers already, unless it is `given`.
 */
export async function newcomer(
  h: House,
  ask: { roles?: string[]; units?: string[]; enrolled?: true; given?: true } = {},
): Promise<Account> {
  const login = `persona${++members}.${h.engine.toLowerCase()}@escritorio.example`
  const { roles = ['operator'], units = [], given, ...rest } = ask
  const more = { ...rest, ...(given ? {} : { own: true as const }) }
  const made = await addMember(h.ctx, system, { login, name: 'Lidia Pérez', roles, units, ...more })
  return { id: made.id, login, password: made.password ?? '', seed: made.totpSecret ?? '' }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

const bytesOf = (base32: string): Buffer => {
  const bits = [...base32].map(letter => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map(byte => Number.parseInt(byte, 2)))
}

/** RFC 6238 by hand: what her application shows so many steps from now. */
export function codeOf(seed: string, steps = 0): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps))
  const mac = createHmac('sha1', bytesOf(seed)).update(counter).digest()
  const from = (mac.at(-1) ?? 0) & 15
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

export const typed = ({ login, password }: Account) => ({ login, password })

/** In one go; must succeed. */
export async function inOneGo(visitor: Visitor, her: Account, steps = 0): Promise<Answer> {
  const said = await visitor.ask('POST', '/api/session', { ...typed(her), code: codeOf(her.seed, steps) })
  expect(said.status, said.text).toBe(201)
  return said
}
