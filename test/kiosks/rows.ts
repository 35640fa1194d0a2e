import { expect } from 'vitest'
import { addKiosk } from '../../api/kiosks/add.ts'
import type { House } from '../house.ts'
import { runMci } from '../mci.ts'
import type { Visitor } from '../visitor.ts'

const system = { as: 'system', channel: 'system' } as const
let named = 0

export const tokenOf = (address: string) => /#quiosco=(.+)$/.exec(address)?.[1] ?? 'none'

/** A kiosk of a name of its own, as its installer leaves it. */
export async function openKiosk(h: House): Promise<{ name: string; token: string; kiosk: Visitor }> {
  const name = `Entrada ${++named}`
  const { address } = await addKiosk(h.ctx, system, name)
  const kiosk = h.visitor()
  const token = tokenOf(address)
  const shown = await kiosk.ask('POST', '/api/kiosks/current', { token })
  expect(shown.status, shown.text).toBe(204)
  return { name, token, kiosk }
}

/** `mci …` as an operator runs it, on this house's database. */
export const mci = (h: House, args: string[], env: Record<string, string> = {}) =>
  runMci(args, {
    DATABASE_URL: h.databaseUrl,
    INSTITUTION: 'colima',
    PUBLIC_URL: 'https://correo.colima.example',
    ...env,
  })
