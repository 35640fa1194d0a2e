import { expect } from 'vitest'
import { blockAccount } from '../../api/accounts/block.ts'
import { keepTemplates } from '../../api/oficios/template.ts'
import { pages as scan, upload } from '../files/forms.ts'
import { type House, house, openHouse } from '../house.ts'
import { asked, created, draftOf, issue } from './letters.ts'

const { inHouse, onPostgres } = house({ pace: { liveAtMost: 5000 } })
const staff = { as: 'member:1', channel: 'staff' } as const

const eventsOf = async (h: House, folio: string) =>
  (
    await h.look<{ kind: string }>(
      `select kind from event where detail ->> 'oficio' = '${folio}' order by id`,
    )
  ).map(({ kind }) => kind)

inHouse(
  'the draft of a reply has its words filled in from the act and from the oficio that asked',
  async h => {
    const eva = await h.member('operator')
    const ana = await h.person({ nombre: 'Ana', primer_apellido: 'Peña', segundo_apellido: 'Ríos' })
    const { folio, address } = await created(h, ana, 'Mtro. Luis Soto, Jefe del Nivel')
    const draft = await draftOf(eva, folio)
    expect(draft).toMatchObject({
      letter: 'creation',
      title: 'Respuesta a una creación',
      areas: ['SSST', 'SSST-SS'],
      typedNumber: false,
      nextNumber: expect.stringMatching(/^SSST\/\d{4}\/\d{4}$/),
      words: {
        addressee: { name: 'Mtro. Luis Soto', post: 'Jefe del Nivel' },
        antecedent:
          'En atención a su oficio NEP/118/2026, de fecha 20 de noviembre de 2026, me permito informarle lo siguiente.',
        copies: ['Archivo'],
        initials: 'SSST/ss',
        place: 'Colima, Colima',
      },
    })
    expect(draft.words.body).toContain(address)
    expect(JSON.stringify(draft)).not.toMatch(/[{]\w+[}]|contraseña temporal:/i)
  },
)

inHouse('without an oficio the reply goes to the person herself', async h => {
  const eva = await h.member('operator')
  const ana = await h.person({
    nombre: 'Ana',
    primer_apellido: 'Peña',
    segundo_apellido: '',
    puesto: 'Docente',
  })
  const { folio } = await created(h, ana)
  const { words } = await draftOf(eva, folio)
  expect(words.addressee).toMatchObject({ name: 'Ana Peña', post: 'Docente' })
  expect(words.antecedent).toBe('En atención a su solicitud, me permito informarle lo siguiente.')
})

inHouse('Colima 5.5: the reply to a block says why, and nothing that signs in', async h => {
  const eva = await h.member('operator')
  const ana = await h.person()
  const { account } = await created(h, ana)
  const row = await blockAccount(h.ctx, staff, {
    account,
    person: ana.id,
    reason: 'Oficio 12 del área jurídica',
  })
  const { body } = await issue(eva, row.folio)
  expect(body).toMatchObject({ letter: 'block', title: 'Respuesta a un bloqueo', movement: row.folio })
  const [kept] = await h.look<{ content: unknown }>(`select content from oficio where id = '${body.id}'`)
  expect(JSON.stringify(kept)).toContain('Oficio 12 del área jurídica')
  expect(JSON.stringify(kept)).not.toMatch(/datos (para entrar|de acceso)|contraseña/i)
})

inHouse('from its issue to its receipt, each step of a letter is written down', async h => {
  const eva = await h.member('operator', { name: 'Eva Luna' })
  const { folio, account, address } = await created(h, await h.person(), 'Mtro. Luis Soto, Jefe del Nivel')
  const { status, body } = await issue(eva, folio)
  expect(status).toBe(201)
  expect(body).toMatchObject({
    folio: expect.stringMatching(/^O-\d{4}-[A-HJ-NP-Z2-9]{6}$/),
    state: 'issued',
    area: 'SSST',
    account: { id: account, address },
    movement: folio,
    answers: { number: 'NEP/118/2026' },
    documentCode: 'GI-',
    templateVersion: '1',
    by: 'Eva Luna',
    sentAt: null,
    acknowledgement: null,
  })
  const sent = await eva.ask('PUT', `/api/oficios/${body.id}/state`, { state: 'sent' })
  expect(sent.body).toMatchObject({ state: 'sent', sentAt: expect.any(String) })
  const { body: file } = await upload(eva, 'acuse.pdf', scan())
  const acknowledged = await eva.ask('PUT', `/api/oficios/${body.id}/acknowledgement`, {
    by: 'Mtro. Luis Soto',
    on: '2026-11-23',
    file: file.id,
  })
  expect(acknowledged.body).toMatchObject({
    state: 'acknowledged',
    acknowledgement: { by: 'Mtro. Luis Soto', on: '2026-11-23', file: file.id },
  })
  const [kept] = await h.look<{ used: string }>(`select used_at as used from file where id = '${file.id}'`)
  expect(kept?.used).toBeTruthy()
  await eva.ask('GET', `/api/oficios/${body.id}`)
  await eva.ask('GET', `/api/oficios/${body.id}/pdf`)
  const [first, ...rest] = await eventsOf(h, body.folio)
  expect([first, ...rest]).toEqual([
    'oficio-issued',
    'oficio-sent',
    'oficio-acknowledged',
    'oficio-viewed',
    'oficio-drawn',
  ])
  const again = await eva.ask('PUT', `/api/oficios/${body.id}/state`, { state: 'sent' })
  expect([again.status, again.body.code]).toEqual([409, 'oficio-state'])
})

inHouse("another member's scan is not for me to name, and an unknown one for nobody", async h => {
  const [eva, olga] = [await h.member('operator'), await h.member('operator')]
  const { folio } = await created(h, await h.person())
  const { body } = await issue(eva, folio)
  const { body: file } = await upload(olga, 'acuse.pdf', scan())
  for (const id of [file.id, crypto.randomUUID()]) {
    const said = await eva.ask('PUT', `/api/oficios/${body.id}/acknowledgement`, {
      by: 'Luis',
      on: '2026-11-23',
      file: id,
    })
    expect([said.status, said.body.code]).toEqual([400, 'file-unknown'])
  }
  const still = await eva.ask('GET', `/api/oficios/${body.id}`)
  expect(still.body.state).toBe('issued')
})

inHouse('a void letter needs a reason, keeps its number, and makes room for another one', async h => {
  const eva = await h.member('operator')
  const { folio } = await created(h, await h.person())
  const { body } = await issue(eva, folio)
  const twice = await issue(eva, folio)
  expect([twice.status, twice.body.code]).toEqual([409, 'letter-exists'])
  const bare = await eva.ask('PUT', `/api/oficios/${body.id}/state`, { state: 'void' })
  expect([bare.status, bare.body.code]).toEqual([400, 'reason-required'])
  const gone = await eva.ask('PUT', `/api/oficios/${body.id}/state`, {
    state: 'void',
    reason: 'Cargo equivocado',
  })
  expect(gone.body).toMatchObject({ state: 'void', number: body.number })
  const other = await issue(eva, folio)
  expect(other.status).toBe(201)
  expect(other.body.number).not.toBe(body.number)
  const told = await h.visitor().ask('GET', `/api/verifications/${body.folio}`)
  expect(told.body.state).toBe('void')
})

const numbersOf = async (h: House, area: string) =>
  (
    await h.look<{ n: number }>(`select ordinal as n from oficio where area = '${area}' order by ordinal`)
  ).map(({ n }) => n)
const counted = (most: number) => Array.from({ length: most }, (_, at) => at + 1)

onPostgres('many letters at once: no number twice, none left out, in each area', async h => {
  const people = await h.people(24)
  const members = [await h.member('operator'), await h.member('supervisor'), await h.member('operator')]
  const acts = []
  for (const person of people) acts.push(await created(h, person))
  const asks = await Promise.all(
    acts.map(async ({ folio }, at) => ({
      ...(await asked(members[at % 3] as (typeof members)[0], folio)),
      area: at % 2 ? 'SSST' : 'SSST-SS',
    })),
  )
  // Each twice: the second of each is told that the act has been answered.
  const said = await Promise.all(
    [...asks, ...asks].map((ask, at) =>
      (members[at % 3] as (typeof members)[0]).ask('POST', '/api/oficios', ask),
    ),
  )
  expect(said.filter(({ status }) => status === 201)).toHaveLength(24)
  expect(said.filter(({ status }) => status === 409)).toHaveLength(24)
  for (const area of ['SSST', 'SSST-SS']) {
    const numbers = await numbersOf(h, area)
    expect(numbers).toEqual(counted(numbers.length))
    expect(numbers.length).toBeGreaterThanOrEqual(12)
  }
})

onPostgres('a letter that comes to nothing gives its number back', async h => {
  const eva = await h.member('operator')
  const acts = await Promise.all((await h.people(6)).map(person => created(h, person)))
  await h.look(`create or replace function fall() returns trigger language plpgsql as $$ begin
    if new.content -> 'words' ->> 'subject' = 'Se cae' then raise exception 'falls'; end if; return new; end $$`)
  await h.look('create or replace trigger fall before insert on oficio for each row execute function fall()')
  try {
    const said = await Promise.all(
      acts.map(({ folio }, at) => issue(eva, folio, at % 2 ? { subject: 'Se cae' } : {})),
    )
    expect(said.map(({ status }) => status)).toEqual([201, 500, 201, 500, 201, 500])
  } finally {
    await h.look('drop trigger fall on oficio')
  }
  const numbers = await numbersOf(h, 'SSST')
  expect(numbers).toEqual(counted(numbers.length))
})

inHouse('SEC-32 nobody chooses a number that the register gives', async h => {
  const eva = await h.member('operator')
  const { folio } = await created(h, await h.person())
  const said = await eva.ask('POST', '/api/oficios', {
    ...(await asked(eva, folio)),
    number: 'SSST/0001/2026',
  })
  expect([said.status, said.body.fields]).toEqual([400, [{ name: 'number', code: 'unknown' }]])
})

inHouse('what no paper can carry is refused by its name, never a fault', async h => {
  const eva = await h.member('operator')
  const { folio } = await created(h, await h.person())
  const ask = await asked(eva, folio)
  const blank = { ...ask, words: { ...ask.words, signer: { name: '\u200b\u0000 ', post: 'x' } } }
  const said = [
    await eva.ask('POST', '/api/oficios', blank),
    await eva.ask('POST', '/api/oficios', { ...ask, area: 'OTRA' }),
    await eva.ask('POST', '/api/oficios', { ...ask, letter: 'closure' }),
    await eva.ask('POST', '/api/oficios', { ...ask, movement: 'M-2026-AAAAAA' }),
    await eva.ask('GET', '/api/oficios?q=%00'),
    await eva.ask('GET', '/api/oficios?cursor=xx'),
    await eva.ask('GET', `/api/oficios?q=${encodeURIComponent("%_\\' or 1=1--")}`),
  ]
  expect(said.map(({ status, body }) => [status, body.code])).toEqual([
    [400, 'malformed'],
    [400, 'malformed'],
    [409, 'letter-unsuited'],
    [404, 'not-found'],
    [400, 'malformed'],
    [400, 'malformed'],
    [200, undefined],
  ])
})

inHouse('the list goes page by page, and finds by number, account, matter and addressee', async h => {
  const eva = await h.member('operator')
  const made = await created(h, await h.person(), 'Dra. Zoila Quetzal, Directora')
  const { body } = await issue(eva, made.folio, { subject: 'Asunto sin par' })
  for (const q of [body.number, body.folio, made.address.slice(0, 12), 'sin par', 'Quetzal']) {
    const found = await eva.ask('GET', `/api/oficios?q=${encodeURIComponent(q)}`)
    expect(
      found.body.oficios.map(({ id }: { id: string }) => id),
      q,
    ).toContain(body.id)
  }
  const none = await eva.ask('GET', '/api/oficios?q=nadie-lo-escribi%C3%B3')
  expect(none.body).toEqual({ oficios: [], cursor: null })
  await h.look(`insert into oficio (folio, letter, template_id, state, area, year, number, content, member_id)
    select 'O-2025-' || translate(lpad(to_hex(n), 6, 'A'), '01', 'XY'), 'creation', template_id, 'issued', 'VIEJA', 2025,
      'V/' || n, content, member_id from oficio, generate_series(1, 120) as n where id = '${body.id}'`)
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: { body: { oficios: { id: string }[]; cursor: string | null } } = await eva.ask(
      'GET',
      `/api/oficios?year=2025&cursor=${cursor}`,
    )
    seen.push(...page.body.oficios.map(({ id }) => id))
    cursor = page.body.cursor
  }
  expect(seen).toHaveLength(120)
  expect(new Set(seen).size).toBe(120)
})

inHouse('SEC-122 a letter of another unit is none: not to read, not to draw, not to change', async h => {
  const eva = await h.member('operator')
  const [here, there] = ['06DPR0104X', '06DPR0105W']
  const { folio } = await created(h, await h.person({ cct: here }))
  const { body } = await issue(eva, folio)
  const other = await h.member('operator', { units: [`centre:${there}`] })
  const own = await h.member('operator', { units: [`centre:${here}`] })
  const calls: [string, string, object?][] = [
    ['GET', `/api/oficios/${body.id}`],
    ['GET', `/api/oficios/${body.id}/pdf`],
    ['PUT', `/api/oficios/${body.id}/state`, { state: 'sent' }],
    ['PUT', `/api/oficios/${body.id}/acknowledgement`, { by: 'x', on: '2026-11-23' }],
    ['GET', `/api/movements/${folio}/oficios/drafts`],
    ['POST', '/api/oficios/previews', await asked(eva, folio)],
    ['POST', '/api/oficios', await asked(eva, folio)],
  ]
  for (const [method, path, ask] of calls) {
    const said = await other.ask(method, path, ask)
    expect([said.status, said.body.code], path).toEqual([404, 'not-found'])
  }
  expect((await own.ask('GET', `/api/oficios/${body.id}`)).status).toBe(200)
  const lists = await Promise.all([own, other].map(one => one.ask('GET', `/api/oficios?q=${body.folio}`)))
  expect(lists.map(({ body: list }) => list.oficios.length)).toEqual([1, 0])
})

inHouse('a helpdesk reads letters, an intake notes their receipt, an administrator sees none', async h => {
  const eva = await h.member('operator')
  const { folio } = await created(h, await h.person())
  const { body } = await issue(eva, folio)
  const statuses = async (role: 'helpdesk' | 'intake' | 'admin' | 'auditor' | 'director') => {
    const member = await h.member(role)
    const said = [
      await member.ask('GET', `/api/oficios/${body.id}`),
      await member.ask('PUT', `/api/oficios/${body.id}/state`, { state: 'sent' }),
      await member.ask('PUT', `/api/oficios/${body.id}/acknowledgement`, { by: 'x', on: '2026-02-30' }),
    ]
    return said.map(({ status }) => status)
  }
  expect(await statuses('helpdesk')).toEqual([200, 403, 403])
  expect(await statuses('auditor')).toEqual([200, 403, 403])
  expect(await statuses('intake')).toEqual([200, 403, 400])
  expect(await statuses('admin')).toEqual([403, 403, 403])
  expect(await statuses('director')).toEqual([403, 403, 403])
  const intake = await h.member('intake')
  const noted = await intake.ask('PUT', `/api/oficios/${body.id}/acknowledgement`, {
    by: 'Luis',
    on: '2026-11-23',
  })
  expect(noted.status).toBe(200)
})

inHouse('SEC-78 whoever holds the paper learns that it is ours, and nothing about anybody', async h => {
  const eva = await h.member('operator')
  const ana = await h.person({ nombre: 'Xóchitl', primer_apellido: 'Zavaleta' })
  const { folio, address } = await created(h, ana, 'Dra. Zoila Quetzal, Directora')
  const { body } = await issue(eva, folio)
  const { status, body: told, text } = await h.visitor().ask('GET', `/api/verifications/${body.folio}`)
  expect(status).toBe(200)
  expect(told).toEqual({
    folio: body.folio,
    institution: 'Coordinación de los Servicios Educativos del Estado de Colima',
    issuedOn: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
    number: body.number,
    state: 'valid',
  })
  for (const hers of ['Xóchitl', 'Zavaleta', address, folio, 'Quetzal']) expect(text).not.toContain(hers)
  const page = await h.visitor().ask('GET', `/verificar/${body.folio}`, undefined, { accept: 'text/html' })
  expect(page.status).toBe(200)
  expect(page.text).toContain('Comprobando el oficio')
  expect(page.text).not.toContain('Xóchitl')
})

inHouse('SEC-02 folios are not for guessing: whoever tries is stopped, whoever knows is not', async h => {
  const eva = await h.member('operator')
  const { folio } = await created(h, await h.person())
  const { body } = await issue(eva, folio)
  const curious = h.visitor()
  const said: number[] = []
  for (let at = 0; at < 12; at++)
    said.push((await curious.ask('GET', `/api/verifications/O-2026-AAAA${'BCDEFGHJKMNP'[at]}A`)).status)
  expect(said.slice(0, 8)).toEqual(Array(8).fill(404))
  expect(said.at(-1)).toBe(429)
  const honest = h.visitor()
  for (let at = 0; at < 12; at++)
    expect((await honest.ask('GET', `/api/verifications/${body.folio}`)).status).toBe(200)
  expect((await honest.ask('GET', '/api/verifications/O-2026-0')).status).toBe(400)
})

onPostgres('every wording that was in force is kept, and a letter is always drawn in its own', async h => {
  const eva = await h.member('operator')
  const { folio } = await created(h, await h.person())
  const { body } = await issue(eva, folio)
  await keepTemplates(h.ctx)
  const own = await h.look<{ letter: string; version: string }>(
    'select letter, version from letter_template order by 1',
  )
  expect(own.map(({ letter, version }) => `${letter} ${version}`)).toEqual([
    ...['block 1', 'closure 1', 'creation 1', 'reassignment 1', 'reset 1'],
  ])
  const other = await openHouse('PostgreSQL', {
    institution: `brand: { colour: "#7A1330" }
letters: { replies: { creation: { version: "2", title: Aviso de alta, subject: "Alta de {account}", body: Otras palabras. } } }`,
  })
  try {
    const changed = { ...h.ctx, institution: other.ctx.institution }
    await keepTemplates(changed)
    await keepTemplates(changed)
    const replies = changed.institution.letters.replies
    const silently = {
      ...changed.institution,
      letters: {
        ...changed.institution.letters,
        replies: { creation: { ...replies.creation, body: 'Y otras.' } },
      },
    }
    await keepTemplates({ ...changed, institution: silently })
  } finally {
    await other.close()
  }
  const versions = await h.look<{ version: string; body: string }>(
    `select version, words ->> 'body' as body from letter_template where letter = 'creation' order by id`,
  )
  expect(versions.map(({ version }) => version)).toEqual(['1', '2', '2-2'])
  expect(versions.slice(1).map(({ body: said }) => said)).toEqual(['Otras palabras.', 'Y otras.'])
  const still = await eva.ask('GET', `/api/oficios/${body.id}`)
  expect(still.body).toMatchObject({
    title: 'Respuesta a una creación',
    templateVersion: '1',
    words: body.words,
  })
})
