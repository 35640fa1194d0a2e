/** What our last change left in the entry. */
export interface Noted {
  fence: number
  /** Fence under which the password was set. */
  set: number
  /** When the directory says that it was, once it was looked at. */
  changed: string | undefined
  /** Fence of a password that was on its way, where it does not come together with all the rest. */
  pending: number
  /** While the directory's own attribute cannot say so: the entry is blocked. */
  blocked: boolean
  /** The password is gone. */
  ended: boolean
  closed: boolean
  /** Never had a password, and is disabled for nothing else. */
  asleep: boolean
  /** Where a closed one stood before, encoded. */
  home: string | undefined
}

export const nothing: Noted = {
  fence: 0,
  set: 0,
  changed: undefined,
  pending: 0,
  blocked: false,
  ended: false,
  closed: false,
  asleep: false,
  home: undefined,
}

const accountMark = 'cuenta:'
const stateMark = 'estado:'

/** The value that never changes: an ambiguous creation is settled by it. */
export const accountMarker = (account: string) => `${accountMark}${account}`

export const written = (noted: Noted): string =>
  stateMark +
  Object.entries(noted)
    .filter(([, value]) => value !== undefined && value !== false && value !== 0)
    .map(([key, value]) => `${key}=${value === true ? 1 : value}`)
    .join(';')

function read(text: string): Noted {
  const pairs = Object.fromEntries(
    text
      .slice(stateMark.length)
      .split(';')
      .map(pair => pair.split('=')),
  )
  const number = (key: string) => Number(pairs[key] ?? 0)
  return {
    fence: number('fence'),
    set: number('set'),
    changed: pairs.changed,
    pending: number('pending'),
    blocked: pairs.blocked === '1',
    ended: pairs.ended === '1',
    closed: pairs.closed === '1',
    asleep: pairs.asleep === '1',
    home: pairs.home,
  }
}

/** What the marker's values say: the last of the states counts, and all of them are to be asserted. */
export function readMarker(values: readonly string[]) {
  const states = values.filter(value => value.startsWith(stateMark))
  const noted = states.map(read).reduce((last, one) => (one.fence > last.fence ? one : last), nothing)
  const made = values.find(value => value.startsWith(accountMark))?.slice(accountMark.length)
  return { states, noted, made }
}
