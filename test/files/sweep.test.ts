import { hkdfSync } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { keepFile } from '../../api/files/keep.ts'
import { sweepFiles } from '../../api/files/sweep.ts'
import { bringOut, lockAway } from '../../api/files/vault.ts'
import { type House, house } from '../house.ts'
import { created, issue } from '../oficios/letters.ts'
import { pages, upload } from './forms.ts'

const { inHouse } = house()
const folderOf = (h: House) => join(h.ctx.config.dataDir, 'files')
const lies = (h: House, id: string) => existsSync(join(folderOf(h), id))

inHouse('a scan that nothing refers to goes after a day; one that stands in a letter stays', async h => {
  const eva = await h.member('operator')
  const [stray, fresh, acknowledged] = await Promise.all(
    ['a.pdf', 'b.pdf', 'c.pdf'].map(async name => (await upload(eva, name, pages())).body.id as string),
  )
  const { folio } = await created(h, await h.person())
  const { body } = await issue(eva, folio)
  const noted = await eva.ask('PUT', `/api/oficios/${body.id}/acknowledgement`, {
    by: 'Luis',
    on: '2026-11-23',
    file: acknowledged,
  })
  expect(noted.status).toBe(200)
  await h.look(`update file set at = now() - interval '25 hours' where id in ('${stray}', '${acknowledged}')`)
  mkdirSync(folderOf(h), { recursive: true })
  const crash = join(folderOf(h), `${crypto.randomUUID()}.part`)
  const foreign = join(folderOf(h), 'LEAME.txt')
  for (const path of [crash, foreign]) {
    writeFileSync(path, 'x')
    utimesSync(path, new Date('2026-01-01'), new Date('2026-01-01'))
  }
  await sweepFiles(h.ctx)
  expect([stray, fresh, acknowledged].map(id => lies(h, id ?? ''))).toEqual([false, true, true])
  expect([existsSync(crash), existsSync(foreign)]).toEqual([false, true])
  const rows = await h.look<{ id: string }>(
    `select id from file where id in ('${stray}', '${fresh}', '${acknowledged}')`,
  )
  expect(rows.map(({ id }) => id).sort()).toEqual([fresh, acknowledged].sort())
  expect((await eva.ask('GET', `/api/files/${stray}`)).status).toBe(404)
})

inHouse(
  'SEC-99 a scan in a letter is read by whoever may see the letter, and by nobody of another unit',
  async h => {
    const eva = await h.member('operator')
    const { body: file } = await upload(eva, 'acuse.pdf', pages())
    const { folio } = await created(h, await h.person({ cct: '06DPR0104X' }))
    const { body } = await issue(eva, folio)
    await eva.ask('PUT', `/api/oficios/${body.id}/acknowledgement`, {
      by: 'L',
      on: '2026-11-23',
      file: file.id,
    })
    const read = async (units: string[]) =>
      (await (await h.member('auditor', { units })).ask('GET', `/api/files/${file.id}`)).status
    expect(await read([])).toBe(200)
    expect(await read(['centre:06DPR0104X'])).toBe(200)
    expect(await read(['centre:06DPR9999Z'])).toBe(404)
  },
)

inHouse('the newest key writes and both read; without either nothing is handed out', async h => {
  const secretKeys = [h.ctx.config.secretKeys[0] as Buffer]
  const other = Buffer.from(crypto.getRandomValues(new Uint8Array(32)))
  const keysFrom = (keys: Buffer[]) => ({
    ...h.ctx,
    keysFor: (purpose: string) => keys.map(key => Buffer.from(hkdfSync('sha256', key, 'mci', purpose, 32))),
  })
  const [before, turning, after] = [secretKeys, [other, ...secretKeys], [other]].map(keysFrom)
  const [old, young] = [crypto.randomUUID(), crypto.randomUUID()]
  await lockAway(before as never, old, Buffer.from('antes'))
  await lockAway(turning as never, young, Buffer.from('después'))
  expect((await bringOut(turning as never, old)).toString()).toBe('antes')
  expect((await bringOut(after as never, young)).toString()).toBe('después')
  await expect(bringOut(after as never, old)).rejects.toThrow('cannot be opened')
  await expect(bringOut(before as never, young)).rejects.toThrow('cannot be opened')
})

inHouse('what the database does not take leaves no file', async h => {
  const nobody = { id: crypto.randomUUID() } as never
  const before = existsSync(folderOf(h)) ? readdirSync(folderOf(h)) : []
  const actor = { as: 'system', channel: 'system' } as const
  await expect(keepFile(h.ctx, actor, nobody, { name: 'a.pdf', bytes: pages() })).rejects.toThrow()
  expect(readdirSync(folderOf(h))).toEqual(before)
})
