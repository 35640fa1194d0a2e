import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { judge } from '../../api/files/judge.ts'
import { type House, house } from '../house.ts'
import { needs } from '../servers/needs.ts'
import { factsOf, missing, pictureOf, rewritten, withFile } from '../servers/pdf-tools.ts'
import { form, pages, upload } from './forms.ts'
import { active, damaged, foreign } from './hostile.ts'

const { inHouse, onPostgres } = house()
const folderOf = (h: House) => join(h.ctx.config.dataDir, 'files')
const lying = (h: House) => (existsSync(folderOf(h)) ? readdirSync(folderOf(h)) : [])
const codeOf = (name: string, bytes: Buffer) =>
  judge(name, bytes).then(
    () => 'kept',
    (error: { code?: string }) => error.code ?? String(error),
  )

describe('what is refused', () => {
  test.each(foreign)('SEC-96 %s', async (_, name, bytes) => {
    expect(await codeOf(name, bytes)).toMatch(/^file-(type|damaged)$/)
  })
  test.each(active)('SEC-98 a document with %s', async (_, bytes) => {
    expect(await codeOf('oficio.pdf', bytes)).toBe('file-active')
  })
  test.each(damaged)('SEC-96 %s', async (_, name, bytes) => {
    expect(await codeOf(name, bytes)).toBe('file-damaged')
  })

  test('SEC-96 more than 200 pages', async () => {
    expect(await codeOf('oficio.pdf', pages('', '', 200))).toBe('kept')
    expect(await codeOf('oficio.pdf', pages('', '', 201))).toBe('file-too-long')
  })

  test.skipIf(needs(missing))('SEC-98 a document with a password', async () => {
    const locked = rewritten(pages(), '--encrypt', '', 'dueña', '256', '--')
    expect(await codeOf('oficio.pdf', locked)).toBe('file-locked')
  })

  test('SEC-97 a picture of 900 million points', async () => {
    const header = Buffer.alloc(25)
    header.writeUInt32BE(13, 0)
    header.write('IHDR', 4)
    header.writeUInt32BE(30_000, 8)
    header.writeUInt32BE(30_000, 12)
    header.set([8, 2, 0, 0, 0], 16)
    header.writeUInt32BE(crc32(header.subarray(4, 21)), 21)
    const end = Buffer.from('\0\0\0\0IEND\xae\x42\x60\x82', 'latin1')
    const sign = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
    expect(await codeOf('foto.png', Buffer.concat([sign, header, end]))).toBe('file-too-many-points')
    const short = Buffer.from(header)
    short.writeUInt32BE(10, 8)
    short.writeUInt32BE(10, 12)
    short.writeUInt32BE(crc32(short.subarray(4, 21)), 21)
    const data = deflateSync(Buffer.alloc(5_000_000))
    const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from('IDAT'), data, Buffer.alloc(4)])
    chunk.writeUInt32BE(data.length, 0)
    chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4)
    expect(await codeOf('foto.png', Buffer.concat([sign, short, chunk, end]))).toBe('file-damaged')
  })
})

describe.skipIf(needs(missing))('what is taken', () => {
  const whole = pages('/OpenAction [3 0 R /Fit]', '', 3)
  const kinds: [string, string, () => Buffer][] = [
    ['a document', 'Oficio 12-2026.pdf', () => whole],
    ['a document with packed parts', 'a.PDF', () => rewritten(whole, '--object-streams=generate')],
    ['a document for slow lines', 'a.pdf', () => rewritten(whole, '--linearize')],
    ['a photograph', 'foto.JPG', () => pictureOf(whole, 'jpeg', 100)],
    ['a photograph by its long ending', 'foto.jpeg', () => pictureOf(whole, 'jpeg', 50)],
    ['a picture', 'foto.png', () => pictureOf(whole, 'png', 100)],
    ['a name with dots', 'oficio.2026.11.22.pdf', () => whole],
  ]
  test.each(kinds)('SEC-96 %s', async (_, name, bytes) => {
    expect(await codeOf(name, bytes())).toBe('kept')
  })

  test('SEC-97 a photograph keeps its points and loses where it was taken', async () => {
    const plain = pictureOf(whole, 'jpeg', 80)
    const place = Buffer.from(
      'Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0GPS 19.24,-103.72',
      'latin1',
    )
    const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, place.length + 2]), place])
    const behind = Buffer.from('<script>alert(1)</script>')
    const taken = Buffer.concat([plain.subarray(0, 2), segment, plain.subarray(2), behind])
    const { bytes } = await judge('foto.jpg', taken)
    expect(bytes.includes('GPS')).toBe(false)
    expect(bytes.includes('script')).toBe(false)
    // Which way is up is still said.
    expect(bytes.subarray(2, 40).toString('latin1')).toContain('Exif')
    const { bytes: again } = await judge('foto.jpg', plain)
    const points = (jpeg: Buffer) => jpeg.subarray(jpeg.indexOf(Buffer.from([0xff, 0xdb])))
    expect(points(bytes).equals(points(again))).toBe(true)
  })
})

const idOf = (body: { id: string }) => body.id

inHouse('an operator keeps a scan, and gets it back as it was', async h => {
  const ana = await h.member('operator')
  const scan = pages('', '', 2)
  const kept = await upload(ana, 'Oficio NEP-118.pdf', scan)
  expect([kept.status, kept.body]).toEqual([
    201,
    { id: expect.stringMatching(/^[0-9a-f-]{36}$/), name: 'Oficio NEP-118.pdf', size: scan.length },
  ])
  const read = await ana.ask('GET', `/api/files/${idOf(kept.body)}`)
  expect(read.status).toBe(200)
  expect(read.bytes.equals(scan)).toBe(true)
  const sealed = readFileSync(join(folderOf(h), idOf(kept.body)))
  for (const word of ['%PDF', 'Catalog', 'NEP']) expect(sealed.includes(word), word).toBe(false)
  const events = await h.look<{ kind: string; actor: string }>(
    `select kind, actor from event where detail ->> 'file' = '${idOf(kept.body)}' order by id`,
  )
  expect(events).toEqual(['file-kept', 'file-viewed'].map(kind => ({ kind, actor: `member:${ana.id}` })))
})

inHouse('each thing that is wrong with a file has a name of its own', async h => {
  const ana = await h.member('operator')
  const before = lying(h)
  const none = form('', '')
  const said = [
    await ana.ask('POST', '/api/files', none.payload, { 'content-type': none.type }),
    await upload(ana, 'oficio.pdf', ''),
    await upload(ana, 'oficio.docx', pages()),
    await upload(ana, 'oficio.pdf', pages(`/OpenAction << /S /JavaScript >>`)),
    await upload(ana, 'oficio.pdf', pages().subarray(0, 80)),
    await upload(ana, 'oficio.pdf', Buffer.concat([pages(), Buffer.alloc(10 * 1024 * 1024)])),
  ]
  expect(said.map(({ status, body }) => [status, body.code])).toEqual([
    [400, 'file-none'],
    [400, 'file-empty'],
    [400, 'file-type'],
    [400, 'file-active'],
    [400, 'file-damaged'],
    [413, 'file-too-large'],
  ])
  expect(lying(h)).toEqual(before)
})

inHouse('SEC-52 JSON that pretends to be a file is none, and writes nothing', async h => {
  const ana = await h.member('operator')
  const before = lying(h)
  const forged = {
    archivo: { file: true, buffer: 'JVBERi0=', filename: '../../x.pdf', filepath: '/etc/passwd' },
  }
  const said = await ana.ask('POST', '/api/files', forged)
  expect([said.status, said.body.code]).toEqual([415, 'unsupported-type'])
  const typed = await ana.ask('POST', '/api/files', JSON.stringify(forged), {
    'content-type': 'application/json',
  })
  expect(typed.status).toBe(415)
  expect(lying(h)).toEqual(before)
})

inHouse('SEC-49 a form is taken where a file is asked for and nowhere else', async h => {
  const { type, payload } = form('oficio.pdf', pages())
  const said = await h.visitor().ask('POST', '/api/visits', payload, { 'content-type': type })
  expect([said.status, said.body.code]).toEqual([415, 'unsupported-type'])
})

inHouse('SEC-30 a form from another site, and one from nobody, is refused before it is read', async h => {
  const ana = await h.member('operator')
  const { type, payload } = form('oficio.pdf', pages())
  const elsewhere = await ana.ask('POST', '/api/files', payload, {
    'content-type': type,
    origin: 'https://ajena.mx',
  })
  expect([elsewhere.status, elsewhere.body.code]).toEqual([403, 'cross-origin'])
  const nobody = await h.visitor().ask('POST', '/api/files', payload, { 'content-type': type })
  expect([nobody.status, nobody.body.code]).toEqual([401, 'not-signed-in'])
  const liaison = await (await h.member('liaison')).ask('POST', '/api/files', payload, {
    'content-type': type,
  })
  expect([liaison.status, liaison.body.code]).toEqual([403, 'not-allowed'])
})

inHouse('SEC-50 a form of ten thousand parts is refused, and so is one that never ends', async h => {
  const ana = await h.member('operator')
  const before = lying(h)
  const head = '--b\r\ncontent-disposition: form-data; name='
  const parts = Array.from({ length: 10_000 }, (_, at) => `${head}"a[${at}]"\r\n\r\n\r\n`).join('')
  const nested = `${head}"${'a['.repeat(200)}"; filename="x.pdf"\r\n\r\nx\r\n`
  const files = `${head}"a"; filename="a.pdf"\r\n\r\n${pages().toString('latin1')}\r\n`
  for (const body of [
    `${parts}--b--\r\n`,
    `${nested}--b--\r\n`,
    `${files}${files}--b--\r\n`,
    `${head}"texto"\r\n\r\nhola\r\n--b--\r\n`,
    `${files}`,
    '',
    '--b--\r\n',
  ]) {
    const said = await ana.ask('POST', '/api/files', Buffer.from(body, 'latin1'), {
      'content-type': 'multipart/form-data; boundary=b',
    })
    expect([400, 413], body.slice(0, 80)).toContain(said.status)
    expect(said.body.title).not.toContain('falló')
  }
  expect(lying(h)).toEqual(before)
})

onPostgres('SEC-51 uploads that break off half way leave nothing behind', async h => {
  const ana = await h.member('operator')
  const url = new URL(await h.app.listen({ port: 0, host: '127.0.0.1' }))
  const { type, payload } = form('oficio.pdf', Buffer.concat([pages(), Buffer.alloc(2_000_000)]))
  const head = [
    'POST /api/files HTTP/1.1',
    'host: localhost:3000',
    'origin: http://localhost:3000',
    `cookie: ${[...ana.cookies].map(pair => pair.join('=')).join('; ')}`,
    `content-type: ${type}`,
    `content-length: ${payload.length}`,
  ].join('\r\n')
  const half = () =>
    new Promise<void>(done => {
      const socket = connect(Number(url.port), '127.0.0.1', () => {
        socket.write(`${head}\r\n\r\n`)
        socket.write(payload.subarray(0, payload.length / 2), () => setTimeout(() => socket.destroy(), 5))
      })
      socket.on('close', () => done()).on('error', () => {})
    })
  const before = lying(h).length
  for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 20 }, half))
  // Every place is free again: as many as are taken at once are served at once.
  const eight = () => Promise.all(Array.from({ length: 8 }, () => upload(ana, 'a.pdf', pages())))
  const kept = await expect
    .poll(async () => (await eight()).filter(({ status }) => status === 201).length)
    .toBe(8)
    .then(() => h.look<{ n: number }>(`select count(*)::int as n from file where member_id = '${ana.id}'`))
  expect(lying(h)).toHaveLength(before + (kept[0]?.n ?? 0))
  expect(lying(h).filter(name => name.endsWith('.part'))).toEqual([])
})

const names: [string, string][] = [
  ['../../etc/x.pdf', 'x.pdf'],
  ['..\\..\\windows\\x.pdf', 'x.pdf'],
  ['%2e%2e%2fx.pdf', '%2e%2e%2fx.pdf'],
  ['/etc/passwd.pdf', 'passwd.pdf'],
  ['C:\\Oficios\\NEP 118.pdf', 'NEP 118.pdf'],
  ['CON.pdf', 'CON.pdf'],
  ['.htaccess.pdf', '.htaccess.pdf'],
  ['Oficio 😀 Ñandú.pdf', 'Oficio 😀 Ñandú.pdf'],
  ['a"; filename=otro.pdf', 'a%22; filename=otro.pdf'],
  ['<img src=x onerror=alert(1)>.pdf', '<img src=x onerror=alert(1)>.pdf'],
]

inHouse('SEC-100 whatever a file is called, it lies under a name of ours and is shown as text', async h => {
  const ana = await h.member('operator')
  for (const [name, shown] of names) {
    const { status, body } = await upload(ana, name, pages())
    expect([status, body.name], name).toEqual([201, shown])
    expect(readdirSync(folderOf(h))).toContain(body.id)
  }
  const long = await upload(ana, `${'ñ'.repeat(4000)}.pdf`, pages())
  expect(long.status).toBe(201)
  expect([...long.body.name]).toHaveLength(120)
  expect(long.body.name).toMatch(/ñ\.pdf$/)
  for (const name of readdirSync(folderOf(h))) expect(name).toMatch(/^[0-9a-f-]{36}$/)
  expect(readdirSync(join(folderOf(h), '..')).some(name => name.endsWith('x.pdf'))).toBe(false)
})

inHouse('SEC-99 what is handed out is saved, never shown', async h => {
  const ana = await h.member('operator')
  const { body } = await upload(ana, 'Acuse «Ñandú» "1".pdf', pages())
  const { headers } = await ana.ask('GET', `/api/files/${body.id}`)
  expect(headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  })
  expect(headers['content-security-policy']).toMatch(/^sandbox; default-src 'none'/)
  const told = String(headers['content-disposition'])
  expect(told).toMatch(/^attachment; filename="[\x20-\x7e]+"; filename\*=UTF-8''[A-Za-z0-9%._~!$&+^`|-]+$/)
  expect(decodeURIComponent(told.split("''")[1] ?? '')).toBe(body.name)
})

inHouse('a scan that nothing refers to is hers alone; another member is told that there is none', async h => {
  const [ana, eva] = [
    await h.member('operator'),
    await h.member('operator', { units: ['centre:06DPR9999Z'] }),
  ]
  const { body } = await upload(ana, 'oficio.pdf', pages())
  expect((await eva.ask('GET', `/api/files/${body.id}`)).status).toBe(404)
  expect((await (await h.member('intake')).ask('GET', `/api/files/${body.id}`)).status).toBe(403)
  expect((await ana.ask('GET', `/api/files/${crypto.randomUUID()}`)).status).toBe(404)
})

test.skipIf(needs(missing))('the tools that judge our PDFs are there', () => {
  expect(factsOf(pages()).Pages).toBe('1')
  expect(withFile(pages(), path => execFileSync('qpdf', ['--check', path], { encoding: 'utf8' }))).toContain(
    'No syntax',
  )
})
