import { promisify } from 'node:util'
import { inflate } from 'node:zlib'
import { Refusal } from '../refusal.ts'

const unpack = promisify(inflate)
const damaged = () => new Refusal('file-damaged', 400)

const pagesAtMost = 200
const unpackedAtMost = 32 * 1024 * 1024

/** What acts, runs, or carries another file. */
const active = new Set([
  ...['JavaScript', 'JS', 'Launch', 'EmbeddedFile', 'EmbeddedFiles', 'AA', 'XFA'],
  ...['RichMedia', 'SubmitForm', 'ImportData', 'GoToE'],
])
/** Long enough never to stand by chance among packed bytes. */
const longest = new Set(['JavaScript', 'Launch', 'EmbeddedFile', 'EmbeddedFiles', 'RichMedia', 'SubmitForm'])

/** `J#61vaScript` is `JavaScript`. */
const plain = (name: string) =>
  name.replaceAll(/#([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))

interface Packed {
  /** What stands before it, from its object's beginning. */
  dictionary: string
  data: Buffer
}

/** The file without what its streams carry, and those apart. */
function taken(bytes: Buffer): { outline: string; streams: Packed[] } {
  const outline: string[] = []
  const streams: Packed[] = []
  let from = 0
  for (let at = bytes.indexOf('stream'); at >= 0; at = bytes.indexOf('stream', at + 6)) {
    const before = bytes.toString('latin1', from, at)
    const opens = /^\r?\n/.exec(bytes.toString('latin1', at + 6, at + 8))
    if (!opens || !/>>[\s\0]*$/.test(before)) continue
    const start = at + 6 + opens[0].length
    const dictionary = before.slice(Math.max(0, before.lastIndexOf(' obj')))
    const end = endOf(bytes, start, dictionary)
    outline.push(bytes.toString('latin1', from, at))
    streams.push({ dictionary, data: bytes.subarray(start, end) })
    from = bytes.indexOf('endstream', end) + 9
    at = from
  }
  outline.push(bytes.toString('latin1', from))
  return { outline: outline.join('\n'), streams }
}

/** By its own length where that is true, else by the word that ends it. */
function endOf(bytes: Buffer, start: number, dictionary: string): number {
  const length = Number(/\/Length\s+(\d+)(?!\d|\s+\d+\s+R)/.exec(dictionary)?.[1] ?? Number.NaN)
  const told = start + length
  if (/^\s*endstream/.test(bytes.toString('latin1', told, told + 12))) return told
  const found = bytes.indexOf('endstream', start)
  if (found < 0) throw damaged()
  return found
}

/** Where a text in parentheses ends; they may stand inside each other. */
function afterText(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const sign = text[at]
    if (sign === '\\') at++
    else if (sign === '(') depth++
    else if (sign === ')' && --depth === 0) return at + 1
  }
  throw damaged()
}

/** Names and brackets in their order, without texts and comments; a name keeps its slash. */
function signsOf(text: string): string[] {
  const found: string[] = []
  const token = /\(|%[^\r\n]*|<<|>>|\[|\]|\/[^\s\0()<>[\]{}/%]*|[^\s\0()<>[\]{}/%]+/g
  for (let next = token.exec(text); next; next = token.exec(text)) {
    const [sign] = next
    if (sign === '(') token.lastIndex = afterText(text, next.index)
    else if (!sign.startsWith('%')) found.push(sign.startsWith('/') ? plain(sign) : sign)
  }
  return found
}

/** Where a document opens is harmless as a place, and an action otherwise. */
const opensActively = (signs: readonly string[]): boolean =>
  signs.some((sign, at) => {
    if (sign !== '/OpenAction') return false
    if (signs[at + 1] !== '[') return true
    const end = signs.indexOf(']', at)
    return end < 0 || signs.slice(at, end).includes('<<')
  })

/** What object streams say; any that cannot be unpacked could say anything. */
async function inside(streams: readonly Packed[]): Promise<string[]> {
  const signs: string[] = []
  let left = unpackedAtMost
  for (const { dictionary, data } of streams) {
    const own = signsOf(dictionary)
    if (!own.includes('/ObjStm') && !(own.includes('/First') && own.includes('/N'))) continue
    const filters = own.filter(sign => /^\/(\w+Decode|Fl|AHx|A85|LZW|RL|Crypt)$/.test(sign))
    if (filters.length > 1 || (filters[0] ?? '/FlateDecode') !== '/FlateDecode') throw damaged()
    const text = filters.length === 0 ? data : await unpack(data, { maxOutputLength: left }).catch(() => null)
    if (!text) throw damaged()
    left -= text.length
    if (left <= 0) throw damaged()
    for (const sign of signsOf(text.toString('latin1'))) signs.push(sign)
  }
  return signs
}

/** It begins and ends as itself, and its end says where its parts are. */
function assertFrame(bytes: Buffer): void {
  if (!/^%PDF-[12]\.\d/.test(bytes.toString('latin1', 0, 8))) throw damaged()
  const end = bytes.lastIndexOf('%%EOF')
  if (end < 0) throw damaged()
  if (/[^\s\0]/.test(bytes.toString('latin1', end + 5))) throw new Refusal('file-type', 400)
  const parts = /startxref\s+(\d+)\s*$/.exec(bytes.toString('latin1', Math.max(0, end - 64), end))
  const table = Number(parts?.[1] ?? -1)
  if (table < 0 || !/^\s*(xref|\d+\s+\d+\s+obj)/.test(bytes.toString('latin1', table, table + 32)))
    throw damaged()
}

/**
 * A document of pages and nothing more; kept as it came. Refusals: `file-damaged`, `file-type` where it is something
 * else too, `file-locked`, `file-active`, `file-too-long`.
 */
export async function judgePdf(bytes: Buffer): Promise<Buffer> {
  assertFrame(bytes)
  const { outline, streams } = taken(bytes)
  if (/<(?:!doctype|html|script|svg|iframe|\?php)\b/i.test(outline)) throw new Refusal('file-type', 400)
  const signs = signsOf(outline)
  if (signs.includes('/Encrypt')) throw new Refusal('file-locked', 400)
  const all = [...signs, ...(await inside(streams))]
  const hidden = bytes.toString('latin1').matchAll(/\/([A-Za-z#][\w#]{4,40})/g)
  const acts =
    all.some(sign => sign.startsWith('/') && active.has(sign.slice(1))) ||
    hidden.some(([, name = '']) => longest.has(plain(name))) ||
    opensActively(all)
  if (acts) throw new Refusal('file-active', 400)
  const pages = all.filter((sign, at) => sign === '/Page' && all[at - 1] === '/Type').length
  if (pages === 0 || !all.includes('/Catalog')) throw damaged()
  if (pages > pagesAtMost) throw new Refusal('file-too-long', 400)
  return bytes
}
