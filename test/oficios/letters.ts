import type { House, Person, StaffMember } from '../house.ts'
import type { Answer } from '../visitor.ts'

/** What a member's act leaves to be answered: its folio and its account. */
export interface Done {
  folio: string
  account: string
  address: string
}

const given = { number: 'NEP/118/2026', date: '2026-11-20' }

/** An account made, by an oficio where a sender is told. */
export async function created(h: House, person: Person, sender?: string): Promise<Done> {
  await h.visitor().goThrough(person)
  const [made] = await h.look<Done>(
    `select m.folio, m.account_id as account, d.local || '@' || d.domain as address from movement m
     join address d on d.account_id = m.account_id where m.person_id = '${person.id}'`,
  )
  if (!made) throw new Error('nothing was made')
  const letter = JSON.stringify({ ...given, sender })
  if (sender) await h.look(`update movement set oficio = '${letter}' where folio = '${made.folio}'`)
  return made
}

export const draftOf = async (member: StaffMember, folio: string) => {
  const { status, body } = await member.ask('GET', `/api/movements/${folio}/oficios/drafts`)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body[0]
}

/** The draft as it is offered, signed and addressed by somebody; `other` says what she writes otherwise. */
export async function asked(member: StaffMember, folio: string, other: object = {}) {
  const draft = await draftOf(member, folio)
  const addressee = {
    ...draft.words.addressee,
    name: draft.words.addressee.name || 'A quien corresponda',
    post: draft.words.addressee.post || 'Jefatura del nivel',
  }
  return {
    movement: folio,
    letter: draft.letter,
    area: draft.areas[0],
    words: { ...draft.words, addressee, ...other },
  }
}

export const issue = async (member: StaffMember, folio: string, other: object = {}): Promise<Answer> =>
  member.ask('POST', '/api/oficios', await asked(member, folio, other))
