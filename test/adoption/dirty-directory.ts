import { cctOf, curpOf, type Row, worker } from '../roster/synthetic.ts'

const given =
  'Ana Luis Rosa Juan Elena Pedro Lucía Jorge Marta Raúl Irma Óscar Silvia Hugo Norma Iván Laura Saúl Gloria Ángel Julia Noé Alma Rubén Olga Félix Nadia César Berta Tomás Ximena Abel Diana Efraín Itzel Gabriel Citlali Mario Yolanda Ramón'.split(
    ' ',
  )
const surnames =
  'Núñez Ibáñez Cruz Chan Peña Güemes Ávila Ortega Ruiz Cota Mena Vargas Tun Solís Rivas Pech Lara Nava Osorio Quiroz Ríos Salas Trejo Uribe Vela Yáñez Zárate Acosta Bravo Cano Duarte Escobar Fierro Galván Haro Islas Juárez Leal Macías Neri Olmos Parra Robles Serna Tapia Urías Valdez Xool Zepeda Arce Balam Cetina Dzul Euán Franco Garay Herrera Ibarra Jaime Kú'.split(
    ' ',
  )

export interface Worker {
  row: Row
  claim: { curp: string; curt: string }
}

export interface DirtyDirectory {
  workers: Worker[]
  ldif: string
  /** By address: the CURP of whose entry it truly is; nobody's of the padrón are not in it. */
  owners: Map<string, string>
  /** How many of each sort there are. */
  sorts: Record<string, number>
}

interface Entry {
  sort: string
  name: string[]
  unit?: string
  centre?: string
  curp?: string
  curt?: string
  alternate?: string
  disabled?: boolean
  local?: string
}

/** Shares of a directory of many years, in thousandths of those who work there and have an entry. */
const sorts: readonly (readonly [number, string])[] = [
  [570, 'clean'],
  [140, 'curp alone'],
  [80, 'curt alone'],
  [30, 'alternate address alone'],
  [50, 'married name'],
  [50, 'moved'],
  [46, 'disabled'],
  [14, 'no key'],
  [6, 'a slip in the CURP'],
  [4, 'a slip in the only key'],
  [3, "another one's CURP"],
  [4, 'twice'],
  [3, 'an office too'],
]

/** A directory as it is on the day of go-live, beside the padrón, with the truth known. The same seed gives the same. */
export function dirtyDirectory(ask: {
  entries: number
  people: number
  random: () => number
  domain: string
}): DirtyDirectory {
  const { random } = ask
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const somebody = () => [pick(given), pick(surnames), pick(surnames)]
  const workers = Array.from({ length: ask.people }, (_, n) => personOf(n, somebody(), random))
  const made: { entry: Entry; owner: string | undefined }[] = []
  const add = (entry: Entry, owner?: string) => void made.push({ entry, owner })
  for (const one of workers) {
    if (random() > 0.87) continue // nobody made her one yet
    const entry = entryOf(sortOf(random() * 1000), one, pick, workers)
    add(entry, one.row.curp)
    if (entry.sort === 'twice') add({ ...entry, name: entry.name.slice(0, 2) }, one.row.curp)
    if (entry.sort === 'an office too')
      add({ sort: 'an office', name: ['Dirección', 'Técnica'], curp: one.claim.curp })
    if (made.length >= ask.entries * 0.96) break
  }
  for (let n = 0; made.length < ask.entries; n++) add(strangerOf(n, somebody, pick, workers))
  return written(made, workers, ask.domain)
}

function personOf(
  n: number,
  [name = '', surname1 = '', surname2 = '']: string[],
  random: () => number,
): Worker {
  const mail = random() < 0.02 ? '' : `persona${n}@correo-libre.mx`
  const row = worker(n, {
    nombre: name,
    primer_apellido: surname1,
    segundo_apellido: surname2,
    correo_alterno: mail,
    estatus: random() < 0.01 ? 'inactivo' : 'activo',
  })
  return { row, claim: { curp: row.curp ?? '', curt: row.curt ?? '' } }
}

function sortOf(draw: number): string {
  let left = draw
  for (const [share, sort] of sorts) {
    left -= share
    if (left < 0) return sort
  }
  return 'clean'
}

/** A CURP whose last two places are wrong: nobody's, or at least not hers. */
const slipped = (curp: string) => `${curp.slice(0, 16)}A1`

function entryOf(
  sort: string,
  { row, claim }: Worker,
  pick: <T>(list: readonly T[]) => T,
  workers: readonly Worker[],
): Entry {
  const name = [row.nombre ?? '', row.primer_apellido ?? '', row.segundo_apellido ?? '']
  const plain = { sort, name, centre: row.cct ?? '' }
  const alternate = row.correo_alterno ?? ''
  const { curp, curt } = claim
  if (sort === 'curp alone') return { ...plain, curp }
  if (sort === 'curt alone') return { ...plain, curt }
  if (sort === 'alternate address alone') return { ...plain, ...(alternate ? { alternate } : { curp }) }
  if (sort === 'married name')
    return { ...plain, name: [name[0] ?? '', pick(surnames)], curp, centre: cctOf(299) }
  if (sort === 'moved') return { ...plain, curp, curt, unit: 'ou=traslados,', centre: cctOf(298) }
  if (sort === 'disabled') return { ...plain, curp, curt, disabled: true }
  if (sort === 'no key') return plain
  if (sort === 'a slip in the CURP') return { ...plain, curp: slipped(curp), curt }
  if (sort === 'a slip in the only key') return { ...plain, curp: slipped(curp) }
  if (sort === "another one's CURP") return { ...plain, curp: pick(workers).claim.curp, curt }
  return { ...plain, curp, curt, ...(alternate ? { alternate } : {}) }
}

/** Nobody of the padrón: who left, what is shared, who only has a name or a key in common with somebody. */
function strangerOf(
  n: number,
  somebody: () => string[],
  pick: <T>(list: readonly T[]) => T,
  workers: readonly Worker[],
): Entry {
  const { row, claim } = pick(workers)
  const left = { curp: curpOf(90_000_000 + n), curt: `B${500_000 + n}` }
  const names = [row.nombre ?? '', row.primer_apellido ?? '', row.segundo_apellido ?? '']
  const kinds: Entry[] = [
    { sort: 'left long ago', name: somebody(), ...left },
    { sort: 'left long ago', name: somebody(), ...left, disabled: true },
    { sort: 'her namesake who left', name: names, ...left, centre: cctOf(297) },
    { sort: 'her husband who left', name: somebody(), ...left, alternate: row.correo_alterno ?? '' },
    {
      sort: 'a school',
      name: ['Primaria', row.primer_apellido ?? ''],
      local: `${cctOf(1000 + n).toLowerCase()}`,
    },
    { sort: 'a shared one', name: ['Ventanilla', 'Única'], curt: 'SIN CURT' },
  ]
  // Now and then a key of one who left is given to somebody new.
  if (n % 50 === 0) return { sort: 'a key given anew', name: ['Zenón', 'Ochoa'], curt: claim.curt }
  return kinds[n % kinds.length] as Entry
}

function written(
  made: readonly { entry: Entry; owner: string | undefined }[],
  workers: Worker[],
  domain: string,
): DirtyDirectory {
  const owners = new Map<string, string>()
  const counted: Record<string, number> = {}
  const blocks = made.map(({ entry, owner }, n) => {
    counted[entry.sort] = (counted[entry.sort] ?? 0) + 1
    const uid = entry.local ?? `c${n}`
    const mail = `${uid}@${domain}`
    if (owner) owners.set(mail, owner)
    return blockOf(entry, uid, mail)
  })
  return { workers, ldif: `${units}\n${blocks.join('\n')}`, owners, sorts: counted }
}

const base = 'ou=personas,dc=example,dc=mx'
const units = `dn: ou=traslados,${base}
objectClass: organizationalUnit
ou: traslados
`
const b64 = (text: string) => Buffer.from(text).toString('base64')

function blockOf(entry: Entry, uid: string, mail: string): string {
  const lines = [
    `dn: uid=${uid},${entry.unit ?? 'ou=docentes,'}${base}`,
    'objectClass: inetOrgPerson',
    `uid: ${uid}`,
    `cn:: ${b64(entry.name.join(' '))}`,
    `sn:: ${b64(entry.name.at(-1) ?? uid)}`,
    `mail: ${mail}`,
    entry.curp ? `employeeNumber: ${entry.curp}` : '',
    entry.curt ? `departmentNumber: ${entry.curt}` : '',
    entry.alternate ? `roomNumber: ${entry.alternate}` : '',
    entry.centre ? `physicalDeliveryOfficeName: ${entry.centre}` : '',
    entry.disabled ? 'pwdAccountLockedTime: 000001010000Z' : '',
  ]
  return `${lines.filter(line => line !== '').join('\n')}\n`
}
