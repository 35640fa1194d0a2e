import { definitions } from '../../api/jobs.ts'
import { resume } from '../../api/movements/resume.ts'
import type { House, Person } from '../house.ts'
import { credentialsIn } from '../visitor.ts'

interface Book {
  id: string
  folio: string
  kind: string
  state: string
  account_id: string
  attempts: number
  fence: string
  problem: string | null
  sends: number
  delivery_to: string | null
  delivery_state: string | null
  delivery_smtp: string | null
  applied_at: Date | null
  finished_at: Date | null
  trailing: boolean
}

/** Her last movement, as it stands in the books. */
export async function bookOf(h: House, { id }: Person): Promise<Book> {
  const [row] = await h.look<Book>(
    `select * from movement where person_id = '${id}' order by seq desc limit 1`,
  )
  if (!row) throw new Error('no movement of hers')
  return row
}

/** What was told about a movement, in order. */
export const told = async (h: House, { id }: { id: string }): Promise<string[]> =>
  (await h.look<{ kind: string }>(`select kind from event where movement_id = '${id}' order by id`)).map(
    ({ kind }) => kind.replace('movement-', ''),
  )

/** The credential mails that she got. */
export const mailsTo = (h: House, { alternate }: Person) =>
  h.smtp.mails.filter(({ to }) => to.includes(alternate)).map(({ text }) => credentialsIn(text))

const isOpen = ({ state }: Book) => ['intended', 'applying', 'delivering'].includes(state)

/** A worker takes her movement up now, whatever the wait; whoever still works on it may renew the lease just then. */
export async function takeUp(h: House, her: Person, tries = 10): Promise<Book> {
  const before = await bookOf(h, her)
  if (isOpen(before))
    await h.look(`update movement set next_at = now(), lease_until = null where id = '${before.id}'`)
  await resume(h.ctx, definitions, before.id)
  const after = await bookOf(h, her)
  return isOpen(after) && after.fence === before.fence && tries > 1 ? takeUp(h, her, tries - 1) : after
}
