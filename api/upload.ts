import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Refusal } from './refusal.ts'

/** One file of a form, as it came. */
export interface Upload {
  /** What the browser calls it: anything at all. */
  name: string
  bytes: Buffer
}

/** So many are held in memory at once; the next one is asked to come back. */
const atOnce = 8
let open = 0

/** Boundaries, names and headers of the form itself. */
const frame = 16 * 1024

/** Files come in here and nothing else does: forms elsewhere are refused, and JSON is refused here. */
export async function takeForms(app: FastifyInstance, bytes: number): Promise<void> {
  app.removeAllContentTypeParsers()
  await app.register(multipart, {
    limits: {
      ...{ fileSize: bytes, files: 1, parts: 1, fields: 0 },
      ...{ fieldNameSize: 100, fieldSize: 0, headerPairs: 20 },
    },
  })
}

/** The file of a request; whatever was read of one that breaks off is forgotten. Refusals: `file-none`, `file-too-large`. */
export async function received(request: FastifyRequest, atMost: number): Promise<Upload> {
  if (!request.isMultipart()) throw new Refusal('unsupported-type', 415)
  if (Number(request.headers['content-length'] ?? 0) > atMost + frame) throw tooLarge()
  // Whoever has gone meanwhile takes nobody's place.
  if (request.raw.destroyed) throw new Refusal('malformed', 400)
  if (open >= atOnce) throw new Refusal('not-available', 503, {}, 5)
  open++
  try {
    return await onlyFile(request)
  } catch (error) {
    throw told(error)
  } finally {
    open--
  }
}

async function onlyFile(request: FastifyRequest): Promise<Upload> {
  let upload: Upload | undefined
  for await (const part of request.parts()) {
    if (part.type !== 'file') throw new Refusal('malformed', 400)
    const kept: Buffer[] = []
    for await (const piece of part.file) kept.push(piece as Buffer)
    if (part.file.truncated) throw tooLarge()
    upload = { name: part.filename ?? '', bytes: Buffer.concat(kept) }
  }
  if (!upload || (upload.name === '' && upload.bytes.length === 0)) throw new Refusal('file-none', 400)
  return upload
}

const tooLarge = () => new Refusal('file-too-large', 413)

/** A form that cannot be read is a wrong request, never a fault of ours. */
function told(error: unknown): unknown {
  if (error instanceof Refusal) return error
  const { code } = error as { code?: string }
  if (code === 'FST_REQ_FILE_TOO_LARGE') return tooLarge()
  return Object.assign(new Refusal('malformed', 400), { cause: error })
}
