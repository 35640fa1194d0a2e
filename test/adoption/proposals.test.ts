import { expect } from 'vitest'
import { proposal } from '../../api/db/schema.ts'
import { type House, house } from '../house.ts'
import { cctOf } from '../roster/synthetic.ts'

const { inHouse } = house()

/** An entry that may be hers, as an adoption leaves it. */
async function proposed(h: House, personId: string): Promise<number> {
  const [made] = await h.ctx.db
    .insert(proposal)
    .values({
      ...{ provider: 'buzones', externalId: crypto.randomUUID(), personId, evidence: 'name, centre' },
      ...{ seenAs: 'maria.nunez@colima.example', entryName: 'M*** N***' },
    })
    .returning({ id: proposal.id })
  return made?.id ?? 0
}

inHouse(
  'SEC-123 what an adoption proposes is listed and decided within the units of who decides',
  async h => {
    const ana = await h.person({ cct: cctOf(8401) })
    const id = await proposed(h, ana.id)
    const desk = await h.member('operator', { units: [`centre:${cctOf(8401)}`] })
    const other = await h.member('operator', { units: [`centre:${cctOf(8402)}`] })
    expect((await desk.ask('GET', '/api/proposals')).body).toEqual([
      {
        id,
        provider: 'buzones',
        seenAs: 'maria.nunez@colima.example',
        entryName: 'M*** N***',
        address: 'maria.nunez@colima.example',
        evidence: 'name, centre',
        person: { id: ana.id, name: `María José Núñez ${ana.row.segundo_apellido}`, centres: [cctOf(8401)] },
      },
    ])
    expect((await other.ask('GET', '/api/proposals')).body).toEqual([])
    const decide = (who: typeof desk, hers: boolean, which: number | string = id) =>
      who.ask('POST', `/api/proposals/${which}/decision`, { hers, reason: 'Se le preguntó' })
    expect((await decide(other, false)).status).toBe(404)
    expect((await decide(desk, false, 999_999_999)).status).toBe(404)
    expect((await decide(desk, false, 'x')).status).toBe(400)
    expect((await decide(desk, true)).status).toBe(404) // its entry is gone from the directory
    expect((await decide(desk, false)).status).toBe(204)
    expect((await decide(desk, false)).status).toBe(404)
    const told = await h.look(
      `select actor, detail from event where kind = 'proposal-rejected' and person_id = '${ana.id}'`,
    )
    expect(told).toEqual([
      {
        actor: `member:${desk.id}`,
        detail: { provider: 'buzones', evidence: 'name, centre', reason: 'Se le preguntó' },
      },
    ])
  },
)

inHouse('SEC-124 nobody decides what is her own, nor without the deed', async h => {
  const ana = await h.person()
  const id = await proposed(h, ana.id)
  const body = { hers: false, reason: 'x' }
  const herself = await h.member('operator', { person: ana.id })
  expect((await herself.ask('POST', `/api/proposals/${id}/decision`, body)).body.code).toBe('own-account')
  for (const role of ['helpdesk', 'auditor', 'admin', 'liaison', 'director', 'intake'] as const) {
    const who = await h.member(role)
    expect((await who.ask('POST', `/api/proposals/${id}/decision`, body)).status, role).toBe(403)
    expect((await who.ask('GET', '/api/proposals')).status, role).toBe(403)
  }
})
