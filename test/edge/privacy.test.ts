import { describe, expect, test } from 'vitest'
import { blockAccount } from '../../api/accounts/block.ts'
import { loadInstitution } from '../../api/institution/load.ts'
import { house } from '../house.ts'
import { folderOf, problemsOf } from '../institution/written-file.ts'
import { credentialsIn } from '../visitor.ts'
import { longAgo, movementsOf } from '../visits/rows.ts'

const staff = { as: 'member:1', channel: 'staff' } as const
const noticeOf = `
privacyNotice:
  version: "7"
  date: 2026-08-31
  controller: Dirección de Prueba
  address: Avenida de la Prueba 7
  basis: Reglamento de la Prueba
  purposes: Probar el aviso
  transfers: A nadie
  rights: En la ventanilla siete
  full: https://aviso.siete.example/integral`
const parts = ['controller', 'address', 'basis', 'purposes', 'transfers', 'rights', 'full']

describe('the privacy notice', () => {
  const { onPostgres } = house({ institution: noticeOf })
  const before = house()

  onPostgres('LEY-01 its version and date stand in every movement of hers, whoever acts', async h => {
    const ana = await h.person()
    const visitor = h.visitor()
    await visitor.goThrough(ana)
    const mail = await h.smtp.waitFor(({ to }) => to.includes(ana.alternate))
    const { account, password } = credentialsIn(mail.text)
    expect((await visitor.changePassword(account, password, 'la lluvia de septiembre')).status).toBe(204)
    await longAgo(h, ana)
    await h.visitor().goThrough(ana)
    const [made] = await movementsOf(h, ana)
    await blockAccount(h.ctx, staff, { account: made?.account ?? '', person: ana.id, reason: 'oficio 7' })
    const told = await h.look<{ kind: string; notice: string }>(
      `select kind, privacy_notice as notice from movement where account_id = '${made?.account}' order by seq`,
    )
    expect(told).toEqual(
      ['account-creation', 'password-change', 'password-reset', 'account-blocked'].map(kind => ({
        kind,
        notice: '7 2026-08-31',
      })),
    )
  })

  onPostgres(
    'LEY-01 LEY-02 the short one stands before the first field, the whole one a link away',
    async h => {
      for (const path of ['/', '/trabajador']) {
        const { text } = await h.visitor().ask('GET', path)
        const page = text.slice(0, text.indexOf('<script type="application/json"'))
        const short = page.slice(page.indexOf('<details class="privacy"'), page.indexOf('<input'))
        for (const said of ['Dirección de Prueba', 'Reglamento de la Prueba', 'Probar el aviso', 'A nadie'])
          expect(short, said).toContain(said)
        expect(short).toContain('Versión 7, 31 ago 2026')
        expect(short).toContain('href="https://aviso.siete.example/integral"')
      }
    },
  )

  onPostgres('LEY-02 every part of it is what the file says, on the page and for a program', async h => {
    const { body } = await h.visitor().ask('GET', '/api/institution')
    const { text } = await h.visitor().ask('GET', '/trabajador')
    for (const part of parts) expect(text, part).toContain(body.privacyNotice[part])
    expect(body.privacyNotice.rights).toBe('En la ventanilla siete')
  })

  before.onPostgres('LEY-02 another file, another notice', async h => {
    const { text } = await h.visitor().ask('GET', '/trabajador')
    expect(text).not.toContain('Dirección de Prueba')
    expect(text).toContain('https://colima.example/aviso-de-privacidad')
  })

  test.each(['version', 'date', ...parts])('LEY-02 without its %s nothing starts', part => {
    const file = folderOf({ 'mia.yaml': `extends: colima\nprivacyNotice:\n  ${part}:\n` })
    expect(problemsOf(() => loadInstitution(file, {}))).toEqual([
      { file, line: 2, path: `privacyNotice.${part}`, reason: 'falta' },
    ])
  })
})

/**
 * A number, a moment or an id of ours says nothing about anybody; a text or a document can. Each such column of the
 * database stands in one of these two lists, so that a new one is thought about before it holds anybody.
 */
const personal = `
  approval.ask approval.why saved_view.name saved_view.query
  affiliation.key affiliation.centre affiliation.post affiliation.period affiliation.status
  affiliation.status_as_came affiliation.end_reason affiliation.profile person.given person.surname1
  person.surname2 person_identifier.value contact.address centre.director_curp address.local
  account_link.seen_as account_link.stands_at mailbox.local mailbox.display_name visit.shown visit.options
  visit.origin visit.profile movement.origin movement.reason movement.oficio movement.detail
  movement.delivery_to movement.delivery_smtp holding.reason holding.oficio event.origin event.detail
  member.login member.name member.subject staff_session.address staff_session.browser passkey.name file.name
  oficio.content oficio.acknowledged_by oficio.acknowledged_on proposal.seen_as proposal.entry_name
  contact_change.address contact_change.check contact_change.reason person.words`
const aboutNobody = `
  approval.deed approval.state
  account.kind account.state account.unit account_link.provider account_link.external_id account_link.origin
  account_link.evidence account_link.password_at account_link.drift address.domain address.role
  affiliation.source attempt.key centre.cct centre.source centre.name centre.level centre.shift
  centre.municipality centre.phone centre.status code.hmac contact.cct contact.origin event.kind event.actor
  event.channel event.reference event_seal.digest holding.as holding.kind kiosk.name kiosk.token link.digest
  link.purpose mailbox.domain mailbox.password movement.folio movement.kind movement.state movement.actor
  movement.channel movement.privacy_notice movement.problem movement.delivery_state movement_step.provider
  movement_step.state movement_step.outcome movement_step.reference movement_step.task person_identifier.kind
  person_identifier.source proposal.provider proposal.external_id proposal.evidence proposal.state
  proposal.decided_by roster_load.source roster_load.kind roster_load.digest roster_load.counts visit.token
  visit.channel visit.counted member.roles member.units member.source member.password member.totp
  staff_session.token staff_session.factor passkey.credential passkey.public_key passkey.transports
  recovery_code.digest challenge.token challenge.purpose challenge.expects file.type file.digest series.area
  letter_template.letter letter_template.version letter_template.words oficio.folio oficio.letter oficio.state
  oficio.area oficio.number contact_change.state contact_change.code_hmac`
const listed = (text: string) => text.trim().split(/\s+/)

describe('what is kept of a person', () => {
  const { onPostgres } = house()

  onPostgres('LEY-03 every column that could hold something about her is known', async h => {
    const columns = await h.look<{ name: string; type: string }>(
      `select c.table_name || '.' || c.column_name as name, c.data_type as type
       from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
       where c.table_schema = 'public' and t.table_type = 'BASE TABLE'`,
    )
    const plain = ['uuid', 'boolean', 'smallint', 'integer', 'bigint', 'timestamp with time zone']
    const telling = columns.filter(({ name, type }) => !plain.includes(type) && name !== 'roster_load.as_of')
    expect(telling.map(({ name }) => name).sort()).toEqual(
      [...listed(personal), ...listed(aboutNobody)].sort(),
    )
    const beyond = /rfc|nss|birth|sex|gender|photo|picture|street|salary|blood|mobile/
    expect(columns.filter(({ name }) => beyond.test(name))).toEqual([])
  })

  onPostgres(
    'LEY-04 whole she stands in no reply and in no event, from her first try to her last',
    async h => {
      const ana = await h.person({
        nombre: 'Xóchitl',
        primer_apellido: 'Zavaleta',
        segundo_apellido: 'Quijano',
      })
      const none = await h.person({ correo_alterno: '' })
      const visitor = h.visitor()
      const replies = [
        await visitor.identify({ ...ana, claim: { ...ana.claim, curt: 'OTRA4321' } }),
        await visitor.identify(none),
        await visitor.identify(ana),
        await visitor.ask('GET', '/api/visits/current'),
        await visitor.confirm(),
        await visitor.ask('GET', '/api/visits/current'),
        await h.visitor().identify(ana),
      ]
      expect(replies.map(({ status }) => status)).toEqual([403, 409, 201, 200, 201, 200, 409])
      const mail = await h.smtp.waitFor(({ to }) => to.includes(ana.alternate))
      const { account, password } = credentialsIn(mail.text)
      replies.push(await visitor.changePassword(account, 'no es esta clave', 'los volcanes de Colima'))
      replies.push(await visitor.changePassword(account, password, 'los volcanes de Colima'))
      const events = await h.look<{ detail: unknown; person: string }>(
        `select detail, person_id as person from event where person_id in ('${ana.id}', '${none.id}')`,
      )
      expect(events.length).toBeGreaterThan(6)
      const attempts = await h.look('select key from attempt')
      const told = [
        ...replies.map(({ text }) => text),
        JSON.stringify(events),
        JSON.stringify(attempts),
      ].join('\n')
      const whole = [
        ana.row.curp,
        ana.row.curt,
        ana.row.nombre,
        'Zavaleta',
        'Quijano',
        ana.row.cct,
        ana.alternate,
        account,
      ]
      const hers = [...whole, none.row.curp, none.row.curt, 'OTRA4321', password, 'los volcanes de Colima']
      for (const one of hers) expect(told.toLowerCase()).not.toContain(String(one).toLowerCase())
      expect(told).toContain('X*** Z*** Q.')
    },
  )
})
