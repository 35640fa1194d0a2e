import { eq } from 'drizzle-orm'
import type { Db } from '../db/open.ts'
import { movement } from '../db/schema.ts'
import { drawn } from '../token.ts'

/** No 0, O, 1 or I; nor L and U, which are heard or read wrong. */
const symbols = 'ABCDEFGHJKMNPQRSTVWXYZ23456789'

/** `M-2026-K7WQ4T`, of a request `S-…`, of a letter `O-…`: thirty symbols in six places, from the operating system's randomness. */
export const newFolio = (series: 'M' | 'S' | 'O', year: number): string =>
  `${series}-${year}-${drawn(symbols, 6)}`

/** One that no movement has. */
export async function freeFolio(tx: Db, year: number): Promise<string> {
  for (;;) {
    const folio = newFolio('M', year)
    const taken = await tx.select({ id: movement.id }).from(movement).where(eq(movement.folio, folio))
    if (taken.length === 0) return folio
  }
}
