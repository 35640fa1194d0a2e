import { cctCheckLetter } from '../../api/roster/cct.ts'
import { curpCheckDigit } from '../../api/roster/curp.ts'

const CONSONANTS = 'BCDFGHJKLMNPQRSTVWYZ'
const pick = (n: number, place: number) => CONSONANTS.charAt(Math.floor(n / 20 ** place) % 20)
const two = (n: number) => String(n).padStart(2, '0')

/** A valid CURP of nobody: X in second place, differentiator 9; different for every n below a hundred million. */
export function curpOf(n: number): string {
  const day = Math.floor(n / 8000)
  const date =
    two(60 + (Math.floor(day / 336) % 40)) + two(1 + (Math.floor(day / 28) % 12)) + two(1 + (day % 28))
  const first17 = `${pick(n, 0)}X${pick(n, 1)}${pick(n, 2)}${date}${n % 2 ? 'H' : 'M'}CMXXX9`
  return first17 + curpCheckDigit(first17)
}

/** A CCT of Colima with the right last letter. */
export function cctOf(n: number): string {
  const first9 = `06DPR${String(n).padStart(4, '0')}`
  return first9 + cctCheckLetter(first9)
}

const HEADERS = {
  workers: 'curp,curt,nombre,primer_apellido,segundo_apellido,cct,puesto,estatus,correo_alterno',
  students:
    'numero_control,curp,nombre,primer_apellido,segundo_apellido,cct,programa,periodo,estatus,correo_alterno',
  centres: 'cct,nombre,nivel,turno,municipio,curp_director,correo,telefono,estatus',
}
export type Kind = keyof typeof HEADERS
export type Row = Record<string, string>

/** The worker n as her employer writes her; `other` says what differs. */
export const worker = (n: number, other: Row = {}): Row => ({
  curp: curpOf(n),
  curt: `T${100000 + n}`,
  nombre: 'María José',
  primer_apellido: 'Núñez',
  segundo_apellido: `Güemes ${'abcdefghij'.charAt(n % 10)}`,
  cct: cctOf(n % 300),
  puesto: 'DOCENTE',
  estatus: 'activo',
  correo_alterno: `persona${n}@correo-libre.mx`,
  ...other,
})

export const student = (n: number, other: Row = {}): Row => ({
  numero_control: String(20000000 + n),
  curp: curpOf(n),
  nombre: 'Ana Sofía',
  primer_apellido: 'Ibáñez',
  segundo_apellido: '',
  cct: cctOf(1),
  programa: 'ISC',
  periodo: '2026-2',
  estatus: 'activo',
  correo_alterno: '',
  ...other,
})

export const centre = (n: number, other: Row = {}): Row => ({
  cct: cctOf(n),
  nombre: 'Benito Juárez',
  nivel: 'primaria',
  turno: 'matutino',
  municipio: 'Colima',
  curp_director: curpOf(n),
  correo: '',
  telefono: '312 000 0000',
  estatus: 'activo',
  ...other,
})

export const header = (kind: Kind): string[] => HEADERS[kind].split(',')
export const cellsOf = (kind: Kind, row: Row): string[] => header(kind).map(column => row[column] ?? '')

export function csv(kind: Kind, rows: Row[], separator = ','): string {
  const quoted = (cell: string) =>
    /["\n]/.test(cell) || cell.includes(separator) ? `"${cell.replaceAll('"', '""')}"` : cell
  const lines = [header(kind), ...rows.map(row => cellsOf(kind, row))]
  return `${lines.map(cells => cells.map(quoted).join(separator)).join('\r\n')}\r\n`
}
