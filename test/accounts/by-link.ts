import { expect } from 'vitest'
import type { House, Person } from '../house.ts'
import type { Answer, Visitor } from '../visitor.ts'
import { credentialsIn } from '../visitor.ts'
import { movementsOf } from '../visits/rows.ts'

export const staff = { as: 'member:1', channel: 'staff' } as const

export const look = (visitor: Visitor, token: string): Promise<Answer> =>
  visitor.ask('POST', '/api/links', { token })
export const choose = (visitor: Visitor, token: string, password: string): Promise<Answer> =>
  visitor.ask('POST', '/api/links/password', { token, password })
export const notMe = (visitor: Visitor, token: string): Promise<Answer> =>
  visitor.ask('POST', '/api/alerts', { token })

/** Her mails to the alternate address, oldest first. */
export const mailed = (h: House, { alternate }: Person) =>
  h.smtp.mails.filter(({ to }) => to.includes(alternate)).map(({ text }) => credentialsIn(text))

export interface Holder extends Person {
  /** Whole address. */
  account: string
  accountId: string
  own: string
}

/** Goes to the kiosk and answers what her last mail said. */
export async function askForOne(h: House, person: Person) {
  await h.visitor().goThrough(person)
  const last = mailed(h, person).at(-1)
  if (!last) throw new Error('no mail of hers')
  return last
}

/** Somebody who has an account and a password of her own, in an institution that sends links. */
export async function holder(h: House, own = 'la marea sube sin prisa'): Promise<Holder> {
  const person = await h.person()
  const { account, link } = await askForOne(h, person)
  const chosen = await choose(h.visitor(), link, own)
  expect(chosen.status, chosen.text).toBe(204)
  const [made] = await movementsOf(h, person)
  return { ...person, account, accountId: made?.account ?? '', own }
}

/** All that stands in the database, as text. */
export async function everything(h: House): Promise<string> {
  const tables = await h.look<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  )
  let text = ''
  for (const { name } of tables)
    for (const { row } of await h.look<{ row: string }>(`select t::text as row from ${name} t`))
      text += `${row}\n`
  return text
}
