import { Refusal } from '../refusal.ts'

export type RosterKind = 'workers' | 'students' | 'centres'

const COLUMNS = {
  workers: 'curp,curt,nombre,primer_apellido,segundo_apellido,cct,puesto,estatus,correo_alterno',
  students:
    'numero_control,curp,nombre,primer_apellido,segundo_apellido,cct,programa,periodo,estatus,correo_alterno',
  centres: 'cct,nombre,nivel,turno,municipio,curp_director,correo,telefono,estatus',
}

/** A file that cannot be read as a padrón at all: nothing was loaded. `more.reason` is a Spanish sentence. */
export const unreadable = (reason: string) => new Refusal('roster-unreadable', 422, { reason })

export interface Heading {
  /** Index of each of our columns in the rows of the file. */
  at: Map<string, number>
  /** Cells of the header. */
  width: number
  /** Columns of the file that are ours under no name. */
  unused: string[]
}

/** «Primer apellido», PRIMER_APELLIDO and primer_apellido are one header; so are words of a status. */
export function plain(text: string): string {
  const bare = text
    .trim()
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
  return bare.replace(/[\s_]+/gu, '_')
}

/** Finds our columns in the first row; `mapping` is the institution's `{ their header: ours }`. */
export function heading(
  kind: RosterKind,
  cells: readonly string[],
  mapping: Record<string, string>,
): Heading {
  const columns = COLUMNS[kind].split(',')
  const ours = new Map(Object.entries(mapping).map(([theirs, our]) => [plain(theirs), plain(our)]))
  const at = new Map<string, number>()
  const unused: string[] = []
  for (const [index, cell] of cells.entries()) {
    const name = plain(cell)
    const column = ours.get(name) ?? name
    if (!columns.includes(column)) {
      if (cell.trim() !== '') unused.push(cell.trim())
    } else if (at.has(column)) throw unreadable(`La columna ${column} viene dos veces.`)
    else at.set(column, index)
  }
  const missing = columns.filter(column => !at.has(column))
  if (missing.length === 0) return { at, width: cells.length, unused }
  const which = missing.length === 1 ? 'Falta la columna' : 'Faltan las columnas'
  throw unreadable(
    `${which} ${missing.join(', ')}. El archivo debe traer: ${columns.join(', ')}; o relacione las suyas en la institución.`,
  )
}
