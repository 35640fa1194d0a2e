/** What may be kept: by the end of its name. */
const endings: Record<string, string> = {
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
}
/** Between the dots of a name these say that somebody wants to be taken for another. */
const disguises =
  /^(?:php\d?|phtml|exe|com|bat|cmd|ps1|js|mjs|html?|xhtml|svg|xml|jar|sh|scr|msi|vbs|hta|zip)$/i

/**
 * The type that a name promises; undefined where it promises none of ours, or hides something: a direction mark, a
 * control character, another ending inside.
 */
export function promised(name: string): string | undefined {
  if (/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(name)) return undefined
  const parts = shownName(name).split('.')
  if (parts.slice(1, -1).some(part => disguises.test(part.trim()))) return undefined
  return parts.length > 1 ? endings[(parts.at(-1) ?? '').toLowerCase()] : undefined
}

const longest = 120

/** The last part of whatever path it came with, at most 120 characters: only ever shown, never a place on a disk. */
export function shownName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? ''
  const clean = last
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
  const signs = [...clean]
  if (signs.length <= longest) return clean
  const ending = clean.includes('.') ? `.${clean.split('.').at(-1)?.slice(0, 8)}` : ''
  return signs.slice(0, longest - ending.length).join('') + ending
}

/** RFC 6266: a plain name for everybody, the true one for whoever understands it. */
function disposition(name: string): string {
  const plain = name.normalize('NFD').replaceAll(/[^\x20-\x7e]|["\\%]/g, '') || 'escaneo'
  const whole = encodeURIComponent(name).replaceAll(/['()*]/g, sign => `%${sign.charCodeAt(0).toString(16)}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`
}

/** Whatever it is, no browser shows it as a page of ours. */
export const asFile = (name: string) => ({
  'content-disposition': disposition(name),
  'content-security-policy':
    "sandbox; default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
})
