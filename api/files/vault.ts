import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../context.ts'

/** Written once, under a name of our own and never by another: a version, a nonce, what was encrypted, its tag. */
const version = 1
const nonceBytes = 12
const tagBytes = 16
const head = 1 + nonceBytes

const folder = (ctx: Context) => join(ctx.config.dataDir, 'files')
const isOurs = (name: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.part)?$/.test(name)

function placeOf(ctx: Context, id: string): string {
  if (!isOurs(id)) throw new Error('a file without an id of ours')
  return join(folder(ctx), id)
}

/** Whole or not at all: what a crash leaves is named as a part, and swept away. */
export async function lockAway(ctx: Context, id: string, bytes: Buffer): Promise<void> {
  const [key] = ctx.keysFor('file')
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key as Buffer, nonce).setAAD(Buffer.from(id))
  const sealed = [Buffer.from([version]), nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]
  const place = placeOf(ctx, id)
  await mkdir(folder(ctx), { recursive: true, mode: 0o700 })
  const file = await open(`${place}.part`, 'wx', 0o600)
  try {
    await file.writeFile(Buffer.concat(sealed))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${place}.part`, place)
}

/** Every byte is checked before the first one is handed out; both keys of a rotation open. */
export async function bringOut(ctx: Context, id: string): Promise<Buffer> {
  const sealed = await readFile(placeOf(ctx, id))
  const nonce = sealed.subarray(1, head)
  const [text, tag] = [sealed.subarray(head, -tagBytes), sealed.subarray(-tagBytes)]
  for (const key of ctx.keysFor('file')) {
    const opening = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
    opening.setAAD(Buffer.from(id)).setAuthTag(tag)
    try {
      return Buffer.concat([opening.update(text), opening.final()])
    } catch {
      // the other key, or none
    }
  }
  throw new Error(`file ${id} cannot be opened with any key in force`)
}

export async function destroy(ctx: Context, id: string): Promise<void> {
  await rm(placeOf(ctx, id), { force: true })
  await rm(`${placeOf(ctx, id)}.part`, { force: true })
}

/** Names that have lain there longer than so many seconds. */
export async function lyingFor(ctx: Context, seconds: number): Promise<string[]> {
  const names = await readdir(folder(ctx)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const since = Date.now() - seconds * 1000
  const old: string[] = []
  for (const name of names.filter(isOurs)) {
    const { mtimeMs } = await stat(join(folder(ctx), name)).catch(() => ({ mtimeMs: Date.now() }))
    if (mtimeMs < since) old.push(name)
  }
  return old
}
