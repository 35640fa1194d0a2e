import { type SQL, sql } from 'drizzle-orm'
import { type Db, rows } from '../db/open.ts'
import type { Member } from '../staff/member.ts'
import { personWithin, type Reach } from '../staff/scope.ts'
import { canonical } from './curp.ts'

/** What somebody typed into a search box, as the things that are looked for can be written. */
export interface Sought {
  /** Without controls, and blanks at the ends. */
  text: string
  /** As a claim is written: upper case; hyphens and blanks inside are forgiven. */
  key: string
  /** Without accents, in lower case; undefined where there are none, or a single letter. */
  words: string | undefined
}

const mostWords = 8

export function soughtIn(q: string): Sought {
  const text = q
    .replace(/[\p{Cc}\p{Cs}\p{Cf}]+/gu, ' ')
    .trim()
    .replace(/\s+/g, ' ')
  const folded = text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
  const words = folded.match(/[a-z0-9]+/g)?.slice(0, mostWords) ?? []
  // A name holds nothing else: `a:*|b` or `100%` is nobody's.
  const isName = /^[\p{L}\p{M}\p{N} .,'’´()/-]+$/u.test(text)
  return {
    text,
    key: canonical(text).replace(/[ -]/g, ''),
    // Each word by its beginning; letters and digits alone, so that it is no more than a list.
    words: isName && words.join('').length > 1 ? words.map(word => `${word}:*`).join(' & ') : undefined,
  }
}

/** Every word stands in the text, in whatever order. The index is over this very expression. */
export const saysAll = (text: SQL, words: string): SQL => sql`words_of(${text}) @@ ${words}::tsquery`

/** Whole names of the table `per`, whose words are kept with the person. */
export const nameSays = (words: string): SQL => sql`per.words @@ ${words}::tsquery`

type Scoped = Pick<Member, 'units'>
type KeyKind = 'curp' | 'curt' | 'controlNumber'

/** Whose key it is or was, within the member's units; undefined where it is nobody's. */
export async function personsByKey(
  db: Db,
  member: Scoped,
  { key }: Sought,
): Promise<{ by: KeyKind; persons: string[] } | undefined> {
  if (key.length < 4 || key.length > 40) return undefined
  const found = await rows<{ kind: KeyKind; person: string }>(
    db,
    sql`select distinct i.kind, i.person_id as person from person_identifier i
        where i.kind in ('curp', 'curt', 'controlNumber') and i.value = ${key}
          and ${personWithin(member, sql`i.person_id`, true)}
        limit 50`,
  )
  const [first] = found
  return first && { by: first.kind, persons: [...new Set(found.map(({ person }) => person))] }
}

/** Who is called so, within a member's reach, in the order of their surnames. */
export async function personsByName(
  db: Db,
  reach: Reach,
  { words }: Sought,
  limit: number,
): Promise<string[]> {
  if (!words) return []
  const inOrder = sql`order by per.surname1, per.surname2, per.given, per.id`
  const within = reach.person(sql`per.id`)
  const found = await rows<{ id: string }>(
    db,
    reach.small
      ? sql`select per.id from person per where ${within} and ${nameSays(words)} ${inOrder} limit ${limit}`
      : sql`select per.id from (select per.id from person per where ${nameSays(words)} ${inOrder} offset 0) per
            where ${within} limit ${limit}`,
  )
  return found.map(({ id }) => id)
}
