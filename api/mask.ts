/** What may be shown of a person: always three asterisks, so that nothing tells a length. */
const stars = '***'

/** `María Luisa`, `López`, `Güemes` → `M*** L*** G.` */
export function maskName(name: { given: string; surname1: string; surname2: string }): string {
  const initial = (text: string) => [...text][0] ?? ''
  const parts = [name.given, name.surname1].filter(text => text !== '').map(text => initial(text) + stars)
  return [...parts, ...(name.surname2 === '' ? [] : [`${initial(name.surname2)}.`])].join(' ')
}

/** `López Güemes María` → `L*** G*** M***`: a name whose parts nobody told apart. */
export const maskWords = (name: string): string =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .map(word => [...word][0] + stars)
    .join(' ')

/** `marialuisa@gmail.com` → `mar***@g***.com`; one character of a local part shorter than six. */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@')
  const local = address.slice(0, at)
  const domain = address.slice(at + 1)
  const shown = local.slice(0, local.length < 6 ? 1 : 3)
  return `${shown}${stars}@${domain.slice(0, 1)}${stars}.${domain.slice(domain.lastIndexOf('.') + 1)}`
}

/** `maria.lopez@docente.example` → `m***.l***@docente.example`: the domain is the institution's own. */
export function maskAccount(address: string): string {
  const at = address.lastIndexOf('@')
  const parts = address.slice(0, at).split('.')
  return `${parts.map(part => part.slice(0, 1) + stars).join('.')}${address.slice(at)}`
}

/** `06DPR0104X` → `06D***04X` */
export const maskCct = (cct: string): string =>
  cct === '' ? '' : `${cct.slice(0, 3)}${stars}${cct.slice(-3)}`

/** `IAQX850214MCMBZM78` → `IAQX***78` */
export const maskCurp = (curp: string): string =>
  curp === '' ? '' : `${curp.slice(0, 4)}${stars}${curp.slice(-2)}`

interface Named {
  given: string
  surname1: string
  surname2: string
}

/** A name as the padrón writes it. */
export const wholeName = ({ given, surname1, surname2 }: Named): string =>
  [given, surname1, surname2].filter(Boolean).join(' ')

/** Likewise for a member of staff: whoever may not unmask reads it masked. */
export const nameFor = (reader: { deeds: ReadonlySet<string> }, name: Named): string =>
  reader.deeds.has('person.names') ? wholeName(name) : maskName(name)
