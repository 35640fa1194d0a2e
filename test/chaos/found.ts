import type { Context } from '../../api/context.ts'
import { openDatabase } from '../../api/db/open.ts'
import { lookUpMovements } from '../../api/movements/look-up.ts'
import type { Member } from '../../api/staff/member.ts'
import { each } from './acts.ts'
import type { Person, Scene } from './scene.ts'

/** Somebody of the help desk, everywhere. */
const desk = {
  ...{ id: '00000000-0000-4000-8000-000000000000', login: 'mesa@mesa.example', name: 'Mesa', session: '' },
  ...{ roles: ['helpdesk'], units: [], persons: [], proven: false, passwordDue: false },
  deeds: new Set(['movement.find', 'person.unmask']),
} as const satisfies Member
const actor = { as: `member:${desk.id}`, channel: 'staff' } as const

/** What the desk must say of a movement, as it stands in the books. */
interface Book {
  folio: string
  address: string
  state: string
  problem: string | null
  attempts: number
  smtp: string | null
  steps: string[]
}

const books = (person: string) => `select m.folio, m.state, m.problem, m.attempts, m.delivery_smtp as smtp,
  (select a.local || '@' || a.domain from address a where a.account_id = m.account_id and a.role = 'primary') as address,
  array(select s.provider || ' ' || s.state || ' ' || coalesce(s.outcome, '') from movement_step s
    where s.movement_id = m.id order by s.ordinal) as steps
  from movement m where m.person_id = '${person}' order by m.seq desc`

/** Movements that the desk does not find by CURP, CURT, address and folio, with state, reason, attempts and codes as they are. */
export async function unseen(scene: Scene, people: readonly Person[]): Promise<number> {
  const database = await openDatabase({
    ...{ url: scene.databaseUrl, migrationUrl: undefined, folder: '', mustBeEmpty: false },
  })
  const institution = { timeZone: 'America/Mexico_City' }
  const ctx = { db: database.db, institution, keysFor: () => [Buffer.alloc(32)] } as unknown as Context
  const shown = async (filters: Record<string, string>): Promise<Map<string, string>> => {
    const { movements } = await lookUpMovements(ctx, desk, actor, { ...filters, limit: '100' })
    return new Map(
      movements.map(({ folio, state, problem, attempts, delivery, steps }) => [
        folio,
        JSON.stringify([state, problem, attempts, delivery?.smtp ?? null, steps.map(said)]),
      ]),
    )
  }
  const missing = await each(people, 4, async ({ id, claim }) => {
    const hers = await scene.look<Book>(books(id))
    const byKey = [await shown({ person: claim.curp }), await shown({ person: claim.curt })]
    const wrong = await each(hers, 1, async ({ folio, address, state, problem, attempts, smtp, steps }) => {
      const right = JSON.stringify([state, problem, attempts, smtp, steps])
      const ways = [...byKey, await shown({ folio }), ...(address ? [await shown({ account: address })] : [])]
      return ways.every(way => way.get(folio) === right) ? 0 : 1
    })
    return wrong.reduce<number>((sum, one) => sum + one, 0)
  })
  await database.close()
  return missing.reduce((sum, one) => sum + one, 0)
}

const said = ({ provider, state, outcome }: { provider: string; state: string; outcome: string | null }) =>
  `${provider} ${state} ${outcome ?? ''}`
