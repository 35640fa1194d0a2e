import { expect } from 'vitest'
import { accountOf } from '../accounts/desk-rows.ts'
import { type House, house, type Person, type StaffMember } from '../house.ts'
import { cctOf, centre } from '../roster/synthetic.ts'
import { credentialsIn } from '../visitor.ts'
import { change, changed, contactsOf, lastCode, newMailbox, verify } from './rows.ts'

const { inHouse } = house()
const withApproval = house({ institution: 'desk: { approvals: [alternate-email] }' })

let centres = 8200

/** A centre with its director, signed in, and somebody who works there. */
async function school(h: House): Promise<{ cct: string; director: StaffMember; boss: Person; ana: Person }> {
  const n = ++centres
  const cct = cctOf(n)
  const boss = await h.person({ cct, puesto: 'DIRECTORA' })
  await h.load('centres', [centre(n, { curp_director: boss.row.curp ?? '', nombre: `Escuela ${n}` })])
  const director = await h.member('director', { units: [`centre:${cct}`] })
  return { cct, director, boss, ana: await h.person({ cct, correo_alterno: '' }) }
}

inHouse(
  'a director vouches for somebody of her staff, and the account stands at once, seen from outside',
  async h => {
    const { director, ana } = await school(h)
    const since = Date.now()
    const mailbox = newMailbox()
    const done = await changed(h, director, ana.id, mailbox)
    expect(done.body).toMatchObject({
      state: 'done',
      coolingUntil: null,
      movement: { kind: 'account-creation', state: 'done', personId: ana.id, actor: `member:${director.id}` },
    })
    const { id, address } = await accountOf(h, ana)
    expect(done.body.movement.accountId).toBe(id)
    const mail = await h.smtp.waitFor(({ to, text }) => to.includes(mailbox) && /temporal/.test(text))
    const told = credentialsIn(mail.text)
    expect([told.account, told.folio]).toEqual([address, done.body.movement.folio])
    const own = 'la feria de noviembre'
    expect((await h.visitor().changePassword(address, told.password, own)).status).toBe(204)
    expect(Date.now() - since).toBeLessThan(180_000)
    expect(mail.text).toContain('desde una ventanilla')
  },
)

inHouse(
  'who has an account gets the address and nothing else, cooling where it replaces another',
  async h => {
    const { director, cct } = await school(h)
    const eva = await h.person({ cct })
    await h.visitor().goThrough(eva)
    const { id } = await accountOf(h, eva)
    const done = await changed(h, director, eva.id, newMailbox())
    expect(done.body).toMatchObject({ state: 'done', movement: null })
    expect(typeof done.body.coolingUntil).toBe('string')
    const acts = await h.look<{ kind: string }>(`select kind from movement where account_id = '${id}'`)
    expect(acts.map(({ kind }) => kind)).toEqual(['account-creation'])
  },
)

inHouse('she reads her own staff by name and nobody else, and vouches for nobody else', async h => {
  const [here, there] = [await school(h), await school(h)]
  const student = await h.student({ cct: here.cct })
  const former = await h.person({ cct: here.cct, estatus: 'inactivo' })
  const { status, body } = await here.director.ask('GET', '/api/persons/own')
  expect(status).toBe(200)
  expect(body.map((one: { id: string }) => one.id)).toEqual([here.ana.id])
  expect(body[0]).toMatchObject({
    name: expect.stringContaining('María José Núñez'),
    curp: expect.stringContaining('***'),
  })
  for (const id of [there.ana.id, there.boss.id, student.id, former.id])
    expect((await change(here.director, id, newMailbox())).status, id).toBe(404)
  expect((await change(here.director, here.boss.id, newMailbox())).body.code).toBe('own-account')
  for (const path of [
    `/api/persons/${here.ana.id}`,
    '/api/persons?q=maria',
    '/api/centres?q=escuela',
    '/api/accounts?q=maria',
  ])
    expect((await here.director.ask('GET', path)).status, path).toBe(403)
})

inHouse('a director of a whole level still answers for her own centre alone', async h => {
  const { ana, cct } = await school(h)
  for (const units of [[], ['level:primaria'], ['domain:colima.example']])
    expect((await change(await h.member('director', { units }), ana.id, newMailbox())).status).toBe(404)
  const both = await h.member(['director', 'helpdesk'], { units: [`centre:${cct}`] })
  expect((await change(both, ana.id, newMailbox())).status).toBe(202)
})

inHouse('what she began nobody else finishes, and another director begins nothing there', async h => {
  const { director, ana, cct } = await school(h)
  const mailbox = newMailbox()
  await change(director, ana.id, mailbox)
  const desk = await h.member('operator')
  const deputy = await h.member('director', { units: [`centre:${cct}`] })
  for (const who of [desk, deputy]) expect((await verify(who, ana.id, lastCode(h, mailbox))).status).toBe(404)
  await h.look(`update affiliation set centre = '${cctOf(1)}' where person_id = '${ana.id}'`)
  expect((await verify(director, ana.id, lastCode(h, mailbox))).status).toBe(404)
  expect(await contactsOf(h, ana.id)).toEqual([])
})

inHouse('whoever said that it was not her is not helped by a director', async h => {
  const { director, ana } = await school(h)
  await h.look(`update person set paused_until = 'infinity' where id = '${ana.id}'`)
  expect((await change(director, ana.id, newMailbox())).body.code).toBe('self-service-paused')
})

withApproval.inHouse('her word needs no second person where the desk needs one', async h => {
  const { director, ana } = await school(h)
  expect((await changed(h, director, ana.id, newMailbox())).body).toMatchObject({
    state: 'done',
    movement: { state: 'done' },
  })
})
