import { describe, expect } from 'vitest'
import { house } from '../house.ts'
import { needs } from '../servers/needs.ts'
import {
  factsOf,
  fontsOf,
  heardOf,
  missing,
  openedUp,
  qrOf,
  structureOf,
  textOf,
} from '../servers/pdf-tools.ts'
import { asked, created, issue } from './letters.ts'

const { inHouse } = house()

describe.skipIf(needs(missing))('the paper of a letter', () => {
  inHouse('B11 is tagged, in Spanish, of Letter size, with its own fonts, and small', async h => {
    const eva = await h.member('operator')
    const ana = await h.person({ nombre: 'Xóchitl', primer_apellido: 'Ñúñez', segundo_apellido: 'Güemes' })
    const { folio, address } = await created(h, ana, 'Mtra. Ana Ruiz Peña, Jefa del Nivel de Primaria')
    const { body } = await issue(eva, folio)
    const { status, headers, bytes } = await eva.ask('GET', `/api/oficios/${body.id}/pdf`)
    expect(status).toBe(200)
    expect(headers).toMatchObject({ 'content-type': 'application/pdf', 'x-content-type-options': 'nosniff' })
    expect(headers['content-disposition']).toContain('attachment')
    expect(factsOf(bytes)).toMatchObject({
      Title: `Oficio ${body.number}: ${body.words.subject}`,
      Tagged: 'yes',
      JavaScript: 'no',
      Form: 'none',
      Pages: '1',
      Encrypted: 'no',
      'PDF version': '1.7',
      'Page size': '612 x 792 pts (letter)',
    })
    expect(bytes.length).toBeLessThanOrEqual(80_000)
    const fonts = fontsOf(bytes)
    expect(fonts.length).toBeGreaterThanOrEqual(3)
    for (const font of fonts) {
      expect(font.name).toMatch(/Atkinson/)
      expect([font.embedded, font.readable], font.name).toEqual([true, true])
    }
    const raw = openedUp(bytes)
    expect(raw).toContain('/Lang (es-MX)')
    expect(raw).toContain('/StructTreeRoot')
    expect(raw).toContain('/DisplayDocTitle true')
    const heard = structureOf(bytes)
    for (const kind of ['Document', 'Table', 'TR', 'TH', 'TD', 'Figure']) expect(heard).toContain(kind)
    const read = heardOf(bytes)
    const inOrder = [
      'Coordinación de los Servicios Educativos del Estado de Colima',
      body.number,
      'Creación de una cuenta',
      'Colima, Colima, a ',
      'Mtra. Ana Ruiz Peña',
      'Jefa del Nivel de Primaria',
      'Presente',
      'En atención a su oficio NEP/118/2026, de fecha 20 de noviembre de 2026',
      address,
      'Xóchitl Ñúñez Güemes',
      folio,
      'Atentamente',
      'c.c.p. Archivo',
      'SSST/ss',
      body.folio,
      'Documento generado por',
    ]
    let at = 0
    for (const part of inOrder) {
      const next = read.indexOf(part, at)
      expect(next, part).toBeGreaterThanOrEqual(0)
      at = next
    }
    expect(textOf(bytes)).toContain('GI- · versión 1')
    expect(textOf(bytes)).toContain('Página 1 de 1')
    expect(qrOf(bytes)).toBe(`http://localhost:3000/verificar/${body.folio}`)
  })

  inHouse('a draft says that it is one: no number, no folio, no code, and nothing is kept', async h => {
    const eva = await h.member('operator')
    const { folio } = await created(h, await h.person())
    const before = await h.look('select count(*)::int as n from oficio')
    const { status, bytes } = await eva.ask('POST', '/api/oficios/previews', await asked(eva, folio))
    expect(status).toBe(200)
    const read = textOf(bytes)
    expect(read).toContain('(al generarlo)')
    expect(read).not.toMatch(/O-\d{4}-/)
    expect(codeIn(bytes)).toBe('')
    expect(await h.look('select count(*)::int as n from oficio')).toEqual(before)
  })

  const payloads = [
    '<script>app.alert(1)</script>',
    '<iframe src="file:///etc/passwd"></iframe>',
    '[a](javascript:alert(1))',
    '%PDF-1.7 1 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj',
    ') Tj ET /AA << /O << /S /URI /URI (https://ajena.mx) >> >> BT (',
    '\\) >> endobj 9 0 obj << /Launch (cmd.exe) >>',
    'file:///etc/passwd \u202e\u2066\u200b',
    'W'.repeat(400),
    `${'largo'.repeat(80)}@${'dominio'.repeat(40)}.mx`,
    '漢字 😀 ő Ł \ud800 ﬁn',
  ]

  inHouse('SEC-107 whatever is written in it is drawn, never obeyed', async h => {
    const eva = await h.member('operator')
    const { folio } = await created(h, await h.person())
    for (const [at, text] of payloads.entries()) {
      const line = text.slice(0, 200)
      const words = await asked(eva, folio, {
        addressee: { name: line, post: line, place: line },
        subject: line,
        antecedent: text,
        body: `${text}\n\n${text}`,
        signer: { name: line, post: line },
        copies: [line],
        initials: text.slice(0, 40),
        place: line,
      })
      const said = await eva.ask('POST', '/api/oficios', words)
      expect(said.status, `${at} ${said.text}`).toBe(201)
      const { bytes } = await eva.ask('GET', `/api/oficios/${said.body.id}/pdf`)
      expect(factsOf(bytes), text).toMatchObject({ JavaScript: 'no', Form: 'none', Tagged: 'yes' })
      // Texts and packed streams apart, what is left is what a reader obeys.
      const obeyed = openedUp(bytes)
        .replaceAll(/stream\r?\n[\s\S]*?endstream/g, '')
        .replaceAll(/\((?:[^()\\]|\\[\s\S])*\)|<[0-9a-fA-F\s]*>/g, '')
      expect(obeyed, text).not.toMatch(/\/(JS|JavaScript|URI|Launch|AA|OpenAction|EmbeddedFile|Annots|XFA)\b/)
      const read = textOf(bytes)
      expect(read).not.toContain('root:')
      expect(read).toContain(said.body.folio)
      await eva.ask('PUT', `/api/oficios/${said.body.id}/state`, { state: 'void', reason: 'Prueba' })
    }
  })

  inHouse('SEC-107 a word longer than the page is broken, and nothing leaves the margins', async h => {
    const eva = await h.member('operator')
    const { folio } = await created(h, await h.person())
    const { body } = await issue(eva, folio, { body: 'Á'.repeat(1900), subject: 'Ñ'.repeat(200) })
    const { bytes } = await eva.ask('GET', `/api/oficios/${body.id}/pdf`)
    const read = textOf(bytes).replaceAll(/[^ÁÑ]/g, '')
    // The matter is also drawn nowhere else.
    expect(read.split('Á').length - 1).toBe(1900)
    expect(read.split('Ñ').length - 1).toBe(200)
  })

  inHouse('a letter that goes on over a page has its foot on each, and its code at the end', async h => {
    const eva = await h.member('operator')
    const { folio } = await created(h, await h.person())
    const text = Array.from(
      { length: 12 },
      (_, at) => `Párrafo ${at + 1}. ${'Se informa lo conducente. '.repeat(5)}`,
    )
    const { body } = await issue(eva, folio, { body: text.join('\n\n').slice(0, 2000) })
    const { bytes } = await eva.ask('GET', `/api/oficios/${body.id}/pdf`)
    const pages = Number(factsOf(bytes).Pages)
    expect(pages).toBeGreaterThan(1)
    expect(textOf(bytes)).toContain(`Página ${pages} de ${pages}`)
    expect(bytes.length).toBeLessThanOrEqual(80_000)
  })
})

function codeIn(pdf: Buffer): string {
  try {
    return qrOf(pdf)
  } catch {
    return ''
  }
}
