import { deflateSync } from 'node:zlib'
import type { StaffMember } from '../house.ts'

const line = '\r\n'

/** A form with one file, as a browser writes it. */
export function form(name: string, bytes: Buffer | string, field = 'archivo') {
  const boundary = '----prueba7MA4YWxkTrZu0gW'
  const quoted = name.replaceAll('"', '%22').replaceAll(/[\r\n]/g, '')
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    payload: Buffer.concat([
      Buffer.from(
        `--${boundary}${line}content-disposition: form-data; name="${field}"; filename="${quoted}"${line}` +
          `content-type: application/octet-stream${line}${line}`,
      ),
      Buffer.from(bytes),
      Buffer.from(`${line}--${boundary}--${line}`),
    ]),
  }
}

export const upload = (member: StaffMember, name: string, bytes: Buffer | string) => {
  const { type, payload } = form(name, bytes)
  return member.ask('POST', '/api/files', payload, { 'content-type': type })
}

/** A PDF of these objects, the first its catalogue; with a table that is right. */
export function pdf(objects: string[], trailer = ''): Buffer {
  let text = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'
  const places = objects.map((object, at) => {
    const place = text.length
    text += `${at + 1} 0 obj\n${object}\nendobj\n`
    return place
  })
  const table = text.length
  const rows = places.map(place => `${String(place).padStart(10, '0')} 00000 n \n`).join('')
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer}>>\nstartxref\n${table}\n%%EOF\n`
  return Buffer.from(text, 'latin1')
}

/** A document of empty pages; `catalogue` and `page` say what else stands in them. */
export const pages = (catalogue = '', page = '', count = 1, others: string[] = []): Buffer =>
  pdf([
    `<< /Type /Catalog /Pages 2 0 R ${catalogue} >>`,
    `<< /Type /Pages /Count ${count} /Kids [${Array.from({ length: count }, (_, at) => `${at + 3} 0 R`).join(' ')}] >>`,
    ...Array.from({ length: count }, () => `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] ${page} >>`),
    ...others,
  ])

/** A stream as an object. */
export const stream = (dictionary: string, data: Buffer | string): string => {
  const packed = deflateSync(Buffer.from(data))
  return `<< ${dictionary} /Filter /FlateDecode /Length ${packed.length} >>\nstream\n${packed.toString('latin1')}\nendstream`
}
