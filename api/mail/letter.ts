/** A letter before it has a shape: the words that its text and its HTML share. */
export interface Letter {
  subject: string
  opening: string[]
  /** Each alone on its line, as `label: value`. */
  lines: [label: string, value: string][]
  closing: string[]
  /** The pages that words and values may point to, below the public URL; nothing else can be followed. */
  links: string[]
  /** In HTML, what the eye looks for: one of the links once more. */
  button?: { text: string; link: string } | undefined
}
/** What every mail that hands something over is written from. */
export interface HandingOver {
  /** The person's name as the padrón writes it. */
  name: string
  channel: 'internet' | 'kiosk' | 'staff' | 'system'
  askedAt: Date
  account: string
  expiresAt: Date
  folio: string
  /** 1 for the first mail of this movement; a later one says which it is, because only its secret works. */
  sends: number
  /** Token of «No fui yo». */
  alert: string
  publicUrl: string
  timeZone: string
  contact: Look['contact']
  texts?: Record<string, string> | undefined
}
/** What of the institution a letter shows. */
export interface Look {
  name: string
  /** `#rrggbb`. */
  brand: { colour: string }
  contact: { place?: string | undefined; phone?: string | undefined; hours?: string | undefined }
}
export interface Rendered {
  subject: string
  text: string
  html: string
}

const noReply = 'No responda a este correo.'
const font = "font-family:'Atkinson Hyperlegible Next',Verdana,Arial,sans-serif"
const ink = '#1B1F23'
const hairline = '#C4CAC8'

/**
 * A name as letters may show it: no controls, no change of writing direction, and nothing that a mail program would turn
 * into a link or a tag. Padrones hold what people typed.
 */
export const plainName = (name: string): string =>
  name
    .normalize('NFC')
    .replace(/\p{White_Space}+/gu, ' ')
    .replace(/[^\p{L}\p{M}\p{N} .,'’´-]/gu, '')
    .replace(/\.(?=[^ .,])/g, '. ')
    .trim()
    .slice(0, 120)

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => text.replace(/[&<>"']/g, found => entities[found] ?? '')

/** Text as HTML; the letter's own links, and no other, can be followed. */
function inHtml(text: string, links: readonly string[]): string {
  const [link, ...rest] = links
  if (link === undefined) return escaped(text)
  const shown = `<a href="${escaped(link)}" style="color:#0B5C8A">${escaped(link)}</a>`
  return text
    .split(link)
    .map(part => inHtml(part, rest))
    .join(shown)
}

const button = ({ button }: Letter, colour: string): string =>
  button
    ? `<p style="margin:0 0 16px"><a href="${escaped(button.link)}" style="display:inline-block;background:${colour};color:#FFFFFF;padding:12px 24px;border-radius:2px;font-weight:700">${escaped(button.text)}</a></p>\n`
    : ''

/** A page of ours whose token stands after `#`, where no server and no log ever sees it. */
export const pageWith = (publicUrl: string, page: 'activar' | 'no-fui-yo', token: string): string =>
  `${publicUrl.replace(/\/+$/, '')}/${page}#${token}`

const paragraph = (text: string, letter: Letter): string =>
  `<p style="margin:0 0 16px;overflow-wrap:anywhere">${inHtml(text, letter.links)}</p>`

const row = ([label, value]: [string, string], { links }: Letter): string =>
  `<tr><td style="padding:6px 0;border-top:1px solid ${hairline};overflow-wrap:anywhere">${escaped(label)}:
<strong style="font-family:'Atkinson Hyperlegible Mono',Consolas,monospace">${inHtml(value, links)}</strong></td></tr>`

function inText(letter: Letter, foot: string[]): string {
  const lines = letter.lines.map(([label, value]) => `${label}: ${value}`).join('\n')
  const said = [...letter.opening, lines, ...letter.closing].filter(part => part !== '')
  return `${said.join('\n\n')}\n\n-- \n${foot.join('\n')}\n`
}

/**
 * One source, two parts: HTML of one column for eyes, text for everything else. Nothing is fetched from anywhere when it is
 * opened, and every value is escaped.
 */
export function render(letter: Letter, look: Look): Rendered {
  const { place, phone, hours } = look.contact
  const reach = [phone && `Teléfono ${phone}`, hours].filter(Boolean).join(', ')
  const foot = [look.name, place ?? '', reach, noReply].filter(part => part !== '')
  const colour = /^#[0-9a-f]{6}$/i.test(look.brand.colour) ? look.brand.colour : '#0F4C4A'
  const table = `role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"`
  const html = `<!doctype html>
<html lang="es-MX"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escaped(letter.subject)}</title></head>
<body style="margin:0;padding:0;background:#FFFFFF">
<div role="article" aria-label="${escaped(letter.subject)}" lang="es-MX">
<table ${table}><tr><td align="center" style="padding:16px">
<table role="presentation" width="560" cellpadding="0" cellspacing="0" border="0" style="width:100%;max-width:560px">
<tr><td style="background:${colour};color:#FFFFFF;padding:12px 16px;${font};font-size:16px;font-weight:700">${escaped(look.name)}</td></tr>
<tr><td style="padding:24px 16px;color:${ink};${font};font-size:16px;line-height:1.5">
${letter.opening.map(text => paragraph(text, letter)).join('\n')}
<table ${table} style="margin:0 0 16px;border-bottom:1px solid ${hairline};font-size:16px;line-height:1.5">
${letter.lines.map(line => row(line, letter)).join('\n')}
</table>
${button(letter, colour)}${letter.closing.map(text => paragraph(text, letter)).join('\n')}
</td></tr>
<tr><td style="padding:12px 16px;border-top:2px solid ${colour};color:#46504F;${font};font-size:14px;line-height:1.4">
${foot.map(escaped).join('<br>\n')}
</td></tr>
</table></td></tr></table>
</div></body></html>
`
  return { subject: letter.subject, text: inText(letter, foot), html }
}
