import type { House, Person } from '../house.ts'
import { cctOf, centre } from '../roster/synthetic.ts'

/** The letter that an act stands on. */
export const oficio = { number: 'DP/0231/26', date: '2026-11-20', sender: 'Nivel Primaria' }

let centres = 5000

/** A work centre of the catalogue that this person directs. */
export async function centreOf(
  h: House,
  director?: Person,
  other: Record<string, string> = {},
): Promise<string> {
  const n = centres++
  const row = centre(n, {
    nombre: `Escuela ${n}`,
    curp_director: director?.row.curp ?? '',
    ...other,
  })
  await h.load('centres', [row], `catalogo-${n}`)
  return cctOf(n)
}

/** The newest mail to this address. */
export const lastMail = (h: House, to: string) => h.smtp.mails.filter(mail => mail.to.includes(to)).at(-1)
