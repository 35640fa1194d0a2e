import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { proposal } from '../../api/db/schema.ts'
import { centreOf, oficio } from '../desk/oficio.ts'
import { pages as scan, upload } from '../files/forms.ts'
import type { StaffMember } from '../house.ts'
import { issue } from '../oficios/letters.ts'
import { hasChromium, heading, launch, type Seen, visit } from './browser.ts'
import { openPlace, type Place } from './station.ts'

/** Texts that would run where they are taken for markup, for a script, a style or an address; each element of theirs is marked. */
const payloads = `
<script data-mark>alert(1)</script>
"><script data-mark src=https://malo.example/x.js></script>
</script><script data-mark>alert(1)</script>
<img data-mark src=x onerror=alert(1)>
'"><img data-mark src=https://malo.example/p.png onload=alert(1)>
<svg data-mark onload=alert(1)>
<svg><script data-mark href=https://malo.example/x.js />
<iframe data-mark src=javascript:alert(1)></iframe>
<iframe data-mark srcdoc="<script>alert(1)</script>"></iframe>
<a data-mark href=javascript:alert(1)>pulse</a>
<a data-mark href="data:text/html,<script>alert(1)</script>">pulse</a>
<form data-mark action=https://malo.example><button>enviar</button></form>
<input data-mark autofocus onfocus=alert(1)>
<details data-mark open ontoggle=alert(1)>
<video data-mark><source onerror=alert(1)></video>
<math><mtext data-mark><img src=x onerror=alert(1)></mtext></math>
<style data-mark>*{background:url(https://malo.example/c)}</style>
<link data-mark rel=stylesheet href=https://malo.example/c.css>
<base data-mark href=https://malo.example/>
<meta data-mark http-equiv=refresh content="0;url=https://malo.example">
<object data-mark data=https://malo.example/o></object>
<template data-mark><img src=x onerror=alert(1)></template>
{{constructor.constructor('alert(1)')()}}
javascript:alert(1)//
<!--><img data-mark src=x onerror=alert(1)>-->`
  .trim()
  .split('\n')
const all = payloads.join(' ')

/** Where somebody's words are kept, beside what the acts below bring through the door. */
const kept = `
  person.given person.surname1 person.surname2 affiliation.post affiliation.status_as_came affiliation.period
  centre.name centre.level centre.shift centre.municipality centre.phone account.unit movement.reason movement.origin
  movement.delivery_smtp movement_step.reference movement_step.outcome holding.reason event.origin member.name
  staff_session.browser file.name saved_view.name approval.why proposal.entry_name proposal.seen_as
  oficio.acknowledged_by`
  .trim()
  .split(/\s+/)

describe.skipIf(!hasChromium)('what people wrote stays text', () => {
  let browser: Browser
  let place: Place
  let desk: StaffMember
  let seen: Seen
  let paths: string[]

  /** An account and all that an act leaves behind, each with as much of the texts as its door lets through. */
  async function furnish() {
    const { h } = place
    const [ana, bea] = await h.people(2)
    if (!ana || !bea) throw new Error('nobody')
    await centreOf(h, ana)
    desk = await h.member(['supervisor', 'operator', 'admin'])
    const file = (await upload(desk, `${payloads[3]}.pdf`, scan('', '', 1))).body
    const letter = { ...oficio, number: payloads[5], sender: payloads[3], file: file.id }
    const reason = all.slice(0, 190)
    const service = { kind: 'service', unit: payloads[0], name: 'servicio', person: ana.id, oficio: letter }
    const made = await desk.ask('POST', '/api/accounts', service)
    expect(made.status, made.text).toBe(201)
    const account = `/api/accounts/${made.body.accountId}`
    const { folio } = made.body
    const address = 'servicio@colima.example'
    const replied = await issue(desk, folio, { body: all.slice(0, 1900) })
    expect(replied.status, replied.text).toBe(201)
    for (const done of [
      await desk.ask('PUT', `${account}/block`, { oficio: letter, reason }),
      await desk.ask('POST', '/api/views', { name: payloads[3], query: 'state=done' }),
      await (await h.member('operator')).ask('POST', `${account}/closure`, {
        oficio: letter,
        confirm: address,
      }),
    ])
      expect(done.status, done.text).toBeLessThan(300)
    await h.ctx.db.insert(proposal).values({
      ...{ provider: 'buzones', externalId: crypto.randomUUID(), personId: bea.id, evidence: 'name' },
      ...{ seenAs: 'x@colima.example', entryName: all },
    })
    const quoted = all.replaceAll("'", "''")
    const changes = kept.map(column => {
      const [table, name] = column.split('.')
      return `update ${table} set ${name} = '${quoted}'`
    })
    // As if a padrón, a directory or a mail server had brought them; what may only be added to is let go for this once.
    await h.look('set session_replication_role = replica')
    for (const change of changes) await h.look(change)
    await h.look('set session_replication_role = origin')
    paths = [
      ...[
        '/',
        '/buscar',
        '/movimientos',
        '/oficios',
        '/oficios/registros',
        '/accesos',
        '/aprobaciones',
        '/propuestas',
      ],
      ...['/sin-responsable', '/mi-acceso', '/crear', '/personas', `/accesos/${desk.id}`],
      ...[`/cuentas/${made.body.accountId}`, `/cuentas/${made.body.accountId}?ver=responsables`],
      ...[`/cuentas/${made.body.accountId}?ver=movimientos`, `/cuentas/${made.body.accountId}?ver=oficios`],
      ...[`/personas/${ana.id}`, `/movimientos/${folio}`, `/movimientos/${folio}/oficio`],
      `/oficios/${replied.body.id}`,
    ]
  }

  beforeAll(async () => {
    ;[browser, place] = await Promise.all([launch(), openPlace('desk: { approvals: [close] }', 'colima')])
    await furnish()
    seen = await visit(browser, place.url, { viewport: { width: 1366, height: 768 } })
    const cookies = [...desk.cookies].map(([name, value]) => ({ name, value, url: place.url }))
    await seen.page.context().addCookies(cookies)
  })
  afterAll(async () => {
    await browser?.close()
    await place?.h.close()
  })

  test('SEC-106 in the mails that tell of it they are text too', async () => {
    const { h } = place
    const path = paths.find(one => one.startsWith('/cuentas/'))?.replace('/cuentas', '/api/accounts')
    const letter = { ...oficio, sender: payloads[3] }
    expect((await desk.ask('DELETE', `${path}/block`, { reason: all.slice(0, 190) })).status).toBe(200)
    const reset = await desk.ask('POST', `${path}/password-resets`, { oficio: letter, reason: 'llamó' })
    expect(reset.body, reset.text).toMatchObject({ state: 'done' })
    const { page, close } = await visit(browser, place.url)
    for (const { html } of h.smtp.mails) {
      await page.setContent(html)
      expect(await page.locator('[data-mark]').count()).toBe(0)
    }
    expect(h.smtp.mails.length).toBeGreaterThan(1)
    await close()
  })

  test('SEC-106 on every screen of the staff twenty-five hostile texts in every field are shown and nothing of them runs', async () => {
    const { page, errors, foreign } = seen
    const ran: string[] = []
    page.on('dialog', dialog => {
      ran.push(dialog.message())
      void dialog.dismiss()
    })
    let shown = 0
    for (const path of paths) {
      await page.goto(`/personal${path}`)
      await heading(page).waitFor()
      await page.waitForLoadState('networkidle')
      expect(page.url(), path).toContain(`/personal${path}`)
      expect(await page.locator('[data-mark]').count(), path).toBe(0)
      if ((await page.getByText('onerror=alert(1)').count()) > 0) shown++
    }
    expect({ ran, errors, foreign }).toEqual({ ran: [], errors: [], foreign: [] })
    expect(shown).toBeGreaterThan(paths.length / 2)
  })
})
