import { describe, expect, test } from 'vitest'
import { contrast } from '../../api/institution/theme.ts'
import { chooseByLink } from '../../api/mail/es-mx/choose-by-link.ts'
import { confirmationCode } from '../../api/mail/es-mx/confirmation-code.ts'
import { passwordChanged } from '../../api/mail/es-mx/password-changed.ts'
import { type TemporaryPasswordAsk, temporaryPassword } from '../../api/mail/es-mx/temporary-password.ts'
import { type Look, plainName, render } from '../../api/mail/letter.ts'
import { when } from '../../api/mail/when.ts'
import { acceptedColours } from '../e2e/contrast.ts'

const contact = {
  place: 'Av. Educación 1, Colima',
  phone: '312 000 0000',
  hours: 'lunes a viernes de 9 a 15 h',
}
const look: Look = { name: 'Coordinación de los Servicios Educativos', brand: { colour: '#0F4C4A' }, contact }
const ask: TemporaryPasswordAsk = {
  name: 'María José',
  act: 'reset',
  channel: 'internet',
  askedAt: new Date('2026-11-22T16:42:00Z'),
  account: 'maria.lopez@docentecolima.gob.mx',
  password: 'xK7w-q4Tm-h3Rb-v9Zd',
  expiresAt: new Date('2026-11-23T16:42:00Z'),
  folio: 'M-2026-K7WQ4T',
  sends: 1,
  alert: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1w',
  publicUrl: 'https://micorreo.example.mx',
  timeZone: 'America/Mexico_City',
  contact,
}
const notMe = `https://micorreo.example.mx/no-fui-yo#${ask.alert}`
const rendered = (change: Partial<TemporaryPasswordAsk> = {}) =>
  render(temporaryPassword({ ...ask, ...change }), look)

/** What a person reads of the HTML part. */
const read = (html: string) =>
  html
    .replace(/<head>.*?<\/head>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(
      /&#39;|&quot;|&lt;|&gt;|&amp;/g,
      found => ({ '&#39;': "'", '&quot;': '"', '&lt;': '<', '&gt;': '>', '&amp;': '&' })[found] ?? '',
    )
    .replace(/\s+/g, ' ')
const urls = (text: string) => text.match(/(?:https?:|www\.|\/\/)[^\s"<]+/gi) ?? []

test('the mail with a temporary password says what a person needs, each fact alone on its line', () => {
  const { subject, text } = rendered()
  expect(subject).toBe('Su contraseña temporal')
  expect(
    text,
  ).toBe(`María José: usted pidió restablecer su contraseña el 22 nov 2026 a las 10:42 h, desde internet.

Cuenta: maria.lopez@docentecolima.gob.mx
Contraseña temporal: xK7w-q4Tm-h3Rb-v9Zd
Vence: 23 nov 2026, 10:42 h
Folio: M-2026-K7WQ4T

Sustituye a cualquier contraseña anterior. Cámbiela por una suya en https://micorreo.example.mx/contrasena.

Si usted no lo pidió, avísenos: ${notMe}.

-- 
Coordinación de los Servicios Educativos
Av. Educación 1, Colima
Teléfono 312 000 0000, lunes a viernes de 9 a 15 h
No responda a este correo.
`)
})

test('a creation, a kiosk and a later mail of the same movement are said', () => {
  const { text } = rendered({ act: 'create', channel: 'kiosk', sends: 2 })
  expect(text).toContain('usted pidió crear su cuenta el 22 nov 2026 a las 10:42 h, desde un quiosco.')
  expect(text.split('\n')).toContain('Envío: 2')
  expect(rendered().text).not.toContain('Envío')
})

test('a link to choose a password by stands alone on its line, and in HTML also as a button', () => {
  const token = 'z9Y8x7W6v5U4t3S2r1Q0p9O8n7M6l5K4j3I2h1G0f9e'
  const link = `https://micorreo.example.mx/activar#${token}`
  const reset = render(chooseByLink({ ...ask, token }), look)
  expect(reset.subject).toBe('Restablezca su contraseña institucional')
  expect(reset.text).toContain(
    `Usted pidió restablecer la contraseña de ${ask.account} el 22 nov 2026 a las 10:42 h, desde internet.`,
  )
  expect(reset.text).toContain(
    `\nCuenta: ${ask.account}\nEnlace: ${link}\nVence: 23 nov 2026, 10:42 h\nFolio: ${ask.folio}\n`,
  )
  expect(reset.text).toContain(`Si usted no lo pidió, avísenos: ${notMe}.`)
  expect([...reset.html.matchAll(/href="([^"]*)"/g)].map(found => found[1])).toEqual([link, link, notMe])
  const made = render(chooseByLink({ ...ask, token, act: 'create', sends: 2 }), look)
  expect(made.subject).toBe('Su cuenta institucional está lista')
  expect(made.text).toMatch(
    /^María José: creamos su cuenta maria\.lopez@docentecolima\.gob\.mx\. Elija su contraseña/,
  )
  expect(made.text.split('\n')).toContain('Envío: 2')
})

test('the institution says a sentence otherwise, but not the lines that programs read', () => {
  const texts = {
    'mail.temporary-password.not-me': 'Avise al {reach}.',
    Cuenta: 'Usuario',
    'mail.act.reset': 'otra',
  }
  const { text } = rendered({ texts })
  expect(text).toContain('usted pidió otra el')
  expect(text).toContain('Avise al 312 000 0000, lunes')
  expect(text).toContain('\nCuenta: maria.lopez@docentecolima.gob.mx\n')
})

const changed = (alert?: string) => {
  const { account, folio, timeZone, publicUrl } = ask
  const changedAt = new Date('2026-11-22T16:42:00Z')
  return render(passwordChanged({ account, folio, timeZone, changedAt, contact, publicUrl, alert }), look)
}

test('the notice of a changed password holds no secret, and one link to say «no fui yo»', () => {
  const notice = changed(ask.alert)
  expect(notice.subject).toBe('La contraseña de su cuenta cambió')
  expect(notice.text.split('\n')[0]).toBe(
    'Si fue usted, no haga nada. Si no fue usted, llame hoy a 312 000 0000, folio M-2026-K7WQ4T.',
  )
  expect(new Set(urls(notice.text + notice.html).map(url => url.replace(/\.$/, '')))).toEqual(
    new Set([notMe]),
  )
  expect(urls(changed().text + changed().html)).toEqual([])
})

describe('both parts', () => {
  test('say the same words', () => {
    const { text, html } = rendered()
    const words = (from: string) => from.replace(/^-- $/m, '').replace(/\s+/g, ' ').trim().split(' ')
    const shown = words(read(html))
    const said = words(text)
    // The letterhead repeats the institution's name above.
    expect(
      shown
        .slice(shown.length - said.length)
        .join(' ')
        .replaceAll(' .', '.'),
    ).toContain('Sustituye a cualquier')
    expect(new Set(shown.join(' ').replaceAll(' .', '.').split(' '))).toEqual(new Set(said))
  })

  test('are Spanish, one column, small, and fetch nothing', () => {
    const { html } = rendered()
    expect(html).toContain('<html lang="es-MX">')
    expect(html).toContain('max-width:560px')
    expect(html.match(/<table/g)?.length).toBe(html.match(/<table role="presentation"/g)?.length)
    expect(html).not.toMatch(
      /<(img|link|script|style|iframe|object|form|svg)\b|url\(|@import|\bsrc=|background=/i,
    )
    expect(Buffer.byteLength(html)).toBeLessThan(102_000)
  })

  test('point to the public URL and nowhere else', () => {
    const { text, html } = rendered()
    const link = 'https://micorreo.example.mx/contrasena'
    expect(new Set([...urls(text), ...urls(html)].map(url => url.replace(/\.$/, '')))).toEqual(
      new Set([link, notMe]),
    )
    expect([...html.matchAll(/href="([^"]*)"/g)].map(found => found[1])).toEqual([link, notMe])
  })
})

const hostileNames = [
  '<b>María</b>',
  '<img src=x onerror=alert(1)>',
  '<img src="https://evil.example/p.gif">',
  '<a href="https://evil.example/">aquí</a>',
  'María https://evil.example/entrar',
  'María www.evil.example',
  'evil.example',
  '{{7*7}}',
  '{link}{name}',
  '$' + '{7*7}',
  '"><script>alert(1)</script>',
  "' onmouseover='x",
  'María\u202e\u2066moc.live',
  'Ma\u200brí\u00ada\u0000',
  'María\r\nContraseña temporal: otra',
  'María\u2028Bcc: b@y.mx',
  'María\nFolio: M-2026-OTRO22',
  '</td></tr></table><h1>Hola',
  `María ${'x'.repeat(5000)}`,
]

describe.each(hostileNames)('SEC-75: a person named %.60j', name => {
  const { subject, text, html } = rendered({ name })

  test('is text in a mail that keeps its form', () => {
    const plain = rendered({ name: 'X' })
    const tags = (from: string) => from.match(/<[^>]*>/g)
    expect(tags(html)).toEqual(tags(plain.html))
    expect(text.split('\n').length).toBe(plain.text.split('\n').length)
    expect(subject).toBe('Su contraseña temporal')
    expect((text + html).replaceAll('\n', '')).not.toMatch(/[\p{Cf}\p{Cc}\u2028\u2029]/u)
    expect(text.match(/^Contraseña temporal: /gm)).toHaveLength(1)
  })

  test('adds no place to go to', () => {
    const found = [...urls(text), ...urls(html)].filter(
      url => !url.startsWith('https://micorreo.example.mx/contrasena') && url.replace(/\.$/, '') !== notMe,
    )
    expect(found).toEqual([])
    expect(text + html).not.toMatch(/evil\.example|49/)
  })
})

test('names of people pass as they are', () => {
  for (const name of [
    'MARÍA DEL CARMEN',
    "D'ANGELO",
    'Ma. Luisa',
    'Núñez-Íñiguez',
    'Güera',
    'X Æ',
    'Mª Ángeles',
    'D´Angelo',
  ])
    expect(plainName(name)).toBe(name)
})

test('the mail with a code says what it is for, alone on its line, and links to «no fui yo» alone', () => {
  const { subject, text, html } = render(
    confirmationCode({
      name: 'María José',
      channel: 'kiosk',
      issuedAt: new Date('2026-11-22T16:42:00Z'),
      code: 'K7WQ4TRM',
      expiresAt: new Date('2026-11-22T16:52:00Z'),
      alert: 'A1b2C3d4',
      publicUrl: 'https://correo.colima.example',
      timeZone: 'America/Mexico_City',
    }),
    look,
  )
  expect(subject).toBe('Su código para confirmar')
  expect(text).toContain(`María José: usted pidió este código el 22 nov 2026 a las 10:42 h, desde un quiosco.

Código: K7WQ4TRM
Vence: 22 nov 2026, 10:52 h

Escríbalo en la página donde lo pidió. No lo dé a nadie, tampoco a quien diga ser de la institución.

Si usted no lo pidió, avísenos: https://correo.colima.example/no-fui-yo#A1b2C3d4. Su cuenta y su contraseña no han cambiado.
`)
  for (const said of ['Código: K7WQ4TRM', 'Vence: 22 nov 2026, 10:52 h', 'No lo dé a nadie'])
    expect(read(html)).toContain(said)
  const found = urls(text + html).map(url => url.replace(/\.$/, ''))
  expect(new Set(found)).toEqual(new Set(['https://correo.colima.example/no-fui-yo#A1b2C3d4']))
})

test('a value with signs of HTML is shown, not obeyed', () => {
  const { html, text } = rendered({ password: `a<b>&"c'` })
  expect(html).toContain('a&lt;b&gt;&amp;&quot;c&#39;')
  expect(text).toContain(`Contraseña temporal: a<b>&"c'\n`)
})

test('dates are the institution’s, in words of its language', () => {
  const at = (iso: string) => when(new Date(iso), 'America/Mexico_City')
  expect(at('2026-11-22T16:42:00Z')).toBe('22 nov 2026, 10:42 h')
  expect(at('2026-01-01T05:59:00Z')).toBe('31 dic 2025, 23:59 h')
  expect(at('2026-09-05T06:05:00Z')).toBe('5 sep 2026, 00:05 h')
  expect(when(new Date('2026-05-05T06:05:00Z'), 'America/Tijuana')).toBe('4 may 2026, 23:05 h')
})

test('in fifty institutions’ colours every word of a mail stands out from what is under it', () => {
  for (const colour of acceptedColours(50)) {
    const { html } = render(temporaryPassword(ask), { ...look, brand: { colour } })
    const grounds = [...html.matchAll(/style="([^"]*)"/g)].map(([, style = '']) => ({
      ground: /background:(#[0-9a-f]{6})/i.exec(style)?.[1],
      ink: /(?:^|[;"])color:(#[0-9a-f]{6})/i.exec(style)?.[1],
    }))
    const inks = grounds.filter(({ ink }) => ink)
    expect(inks.length).toBeGreaterThan(3)
    expect(inks.filter(({ ground }) => ground === colour)).toHaveLength(1)
    for (const { ink = '', ground = '#FFFFFF' } of inks)
      expect(contrast(ink, ground), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5)
  }
})
