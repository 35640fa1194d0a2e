import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { proposal } from '../../api/db/schema.ts'
import type { StaffMember } from '../house.ts'
import { mailServers } from '../mail-server.ts'
import { cctOf, centre } from '../roster/synthetic.ts'
import { credentialsIn } from '../visitor.ts'
import {
  expectAccessible,
  expectPage,
  hasChromium,
  launch,
  named,
  type Seen,
  said,
  visit,
} from './browser.ts'
import { openPlace, type Place } from './station.ts'

describe.skipIf(!hasChromium)('whose word counts', () => {
  let browser: Browser
  let place: Place
  let seen: Seen
  const cct = cctOf(8601)
  const signsIn = mailServers()

  /** A window in which this member is signed in. */
  async function at(member: StaffMember): Promise<Page> {
    await seen?.close()
    seen = await visit(browser, place.url, { viewport: { width: 390, height: 844 } })
    const cookies = [...member.cookies].map(([name, value]) => ({ name, value, url: place.url }))
    await seen.page.context().addCookies(cookies)
    return seen.page
  }
  const submit = (page: Page) => page.getByRole('dialog').locator('button[type=submit]').click()
  const newest = (to: string) => place.h.smtp.mails.filter(mail => mail.to.includes(to)).at(-1)?.text ?? ''

  beforeAll(async () => {
    ;[browser, place] = await Promise.all([launch(), openPlace('', 'colima')])
  })
  afterAll(async () => {
    expect({ errors: seen?.errors, foreign: seen?.foreign }).toEqual({ errors: [], foreign: [] })
    await browser?.close()
    await place?.h.close()
  })

  test('a director vouches on her phone for a teacher of hers, who signs in before they part', async () => {
    const { h } = place
    const boss = await h.person({ nombre: 'Elvira', cct, puesto: 'DIRECTORA' })
    await h.load('centres', [centre(8601, { curp_director: boss.row.curp ?? '', nombre: 'Benito Juárez' })])
    await h.person({
      nombre: 'Ana Sofía',
      primer_apellido: 'Trejo',
      cct,
      correo_alterno: '',
    })
    const page = await at(await h.member('director', { units: [`centre:${cct}`], person: boss.id }))
    await page.goto('/personal/mi-centro')
    await expectPage(page, 'Personal de mi centro')
    expect(await page.getByText('Elvira').count()).toBe(0)
    await page.getByRole('link', { name: /Ana Sofía Trejo/ }).click()
    await expectPage(page, /Ana Sofía Trejo/)
    await expectAccessible(page)
    await page.fill('#address', 'ana.sofia.trejo@correo-libre.mx')
    await named(page, 'button', 'Enviar el código').click()
    await said(page, 'Enviamos un código').waitFor()
    const [, code = ''] = /^Código: (.+)$/m.exec(newest('ana.sofia.trejo@correo-libre.mx')) ?? []
    await page.fill('#code', code.trim())
    await named(page, 'button', 'Comprobar el código').click()
    await said(page, 'Correo alterno registrado').waitFor()
    const { account, password } = credentialsIn(newest('ana.sofia.trejo@correo-libre.mx'))
    await said(page, account).waitFor()
    await expectAccessible(page)
    expect(await signsIn(h, account, password)).toBe(true)
  })

  test('whose an entry of before is, is decided where it waits; then it is hers to reset', async () => {
    const { h } = place
    const luz = await h.person({ nombre: 'Luz Elena', primer_apellido: 'Ibáñez' })
    const [entry] = await h.look<{ id: string; address: string }>(
      `insert into mailbox (local, domain, display_name, quota_mb, marker, fence)
       values ('luz.antes', 'colima.example', 'Luz E. Ibáñez', 1024, gen_random_uuid(), 1)
       returning id, local || '@' || domain as address`,
    )
    await h.ctx.db.insert(proposal).values({
      ...{ provider: 'buzones', externalId: entry?.id ?? '', personId: luz.id, evidence: 'name, centre' },
      ...{ seenAs: entry?.address ?? '', entryName: 'L*** I***' },
    })
    const page = await at(await h.member('operator'))
    await page.goto('/personal/propuestas')
    await named(page, 'button', 'Es suya: luz.antes@colima.example').click()
    await submit(page)
    await said(page, 'Escriba').first().waitFor()
    await page.fill('#reason', 'La llamamos al centro')
    await expectAccessible(page)
    await submit(page)
    await said(page, /^Anotado: es de Luz Elena/).waitFor()
    const done = await h.visitor().goThrough(luz)
    expect(done.body).toMatchObject({ act: 'reset', state: 'done' })
    const { account, password } = credentialsIn(newest(luz.alternate))
    expect(account).toBe('luz.antes@colima.example')
    expect(await signsIn(h, account, password)).toBe(true)
  })
})
