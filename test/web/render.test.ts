import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'

interface Site {
  paths(institution: object): string[]
  render(ask: {
    path: string
    institution: object
    manner: object
    style: string
  }): Promise<{ html: string; title: string; status: number }>
  sentenceKeys: string[]
}
const built = join(import.meta.dirname, '../../web/dist/server/publico.js')
const site = (await import(pathToFileURL(built).href)) as Site

const field = (name: string, label: string) => ({
  name,
  label,
  hint: `Pista de ${label}`,
  pattern: '^[A-Z0-9]+$',
})
const institution = {
  name: 'Secretaría de <b>Prueba</b>',
  shortName: 'SP & Cía',
  timeZone: 'America/Mexico_City',
  brand: { colour: '#0F4C4A', logo: '/logo.svg' },
  contact: { area: 'Mesa', place: 'Calle </script> 1', phone: '312 000 0000', hours: 'de 8:00 a 15:00 h' },
  profiles: [
    { name: 'worker', claim: [field('curp', 'CURP'), field('curt', 'Número de empleado')] },
    { name: 'student', claim: [field('controlNumber', 'Número de control'), field('curp', 'CURP')] },
  ],
  directions: {},
  texts: { 'start.lead': 'Tarda poco.' },
  privacyNotice: { version: '3', date: '2026-01-15', controller: 'La Secretaría', purposes: 'Su cuenta' },
  delivery: 'temporal',
  confirmation: 'direct',
  webmail: null,
  kiosk: { idle: 60, countdown: 30, keyboard: false, printer: false },
  version: 'una',
  demo: false,
}
const style = ':root{--marca:#0F4C4A}'
const usual = { language: 'es-MX', kiosk: false }
const html = async (path: string, change: object = {}) =>
  (await site.render({ path, institution: { ...institution, ...change }, manner: usual, style })).html

describe('the first screen, as the server sends it', () => {
  test('is the institution’s: its name, its fields, its words', async () => {
    expect(await html('/')).toContain('Tarda poco.')
    const page = await html('/trabajador')
    expect(page).toContain('Escriba su CURP y su número de empleado')
    expect(page).toContain('Pista de Número de empleado')
    expect(page).toContain('src="/logo.svg"')
    expect(page).toContain(
      '<title>Escriba su CURP y su número de empleado – Mi correo institucional – SP &amp; Cía</title>',
    )
  })

  test('SEC-24 runs nothing that an institution’s words contain', async () => {
    const page = await html('/')
    expect(page).not.toContain('<b>Prueba</b>')
    expect(page.match(/<\/script>/g)?.length).toBe(page.match(/<script/g)?.length)
  })

  test('has no inline program or handler and no style but the one that the policy knows', async () => {
    for (const path of site.paths(institution)) {
      const page = await html(path)
      expect(page.match(/<style[^>]*>[^<]*/g)).toEqual([`<style>${style}`])
      expect(page).not.toMatch(/\sstyle="|\son[a-z]+="|javascript:/)
      expect(page).not.toMatch(/<script(?![^>]*(src=|type="application\/json"))/)
    }
  })

  test('A14 without JavaScript tells phone, hours and place', async () => {
    const sheet = /<noscript>(.*)<\/noscript>/s.exec(await html('/trabajador'))?.[1] ?? ''
    expect(sheet).toContain('312 000 0000')
    expect(sheet).toContain('de 8:00 a 15:00 h')
  })

  test('A20 has the privacy notice before the first field, with its version and date', async () => {
    const page = await html('/trabajador')
    expect(page.indexOf('La Secretaría')).toBeLessThan(page.indexOf('<input'))
    expect(page).toContain('Versión 3, 15 ene 2026')
  })

  test('in English says so, and every address on it stays in English', async () => {
    const manner = { language: 'en', kiosk: false }
    const page = (await site.render({ path: '/', institution, manner, style })).html
    expect(page).toContain('<html lang="en">')
    expect(page).toContain('Who are you?')
    expect(page).toContain('href="/trabajador?idioma=en"')
    expect(page).toMatch(/<a href="\/" lang="es-MX" hreflang="es-MX">Español<\/a>/)
    expect(page).toMatch(/modulepreload[^>]*\/assets\/en-/)
    expect(await html('/')).not.toMatch(/\/assets\/en-/)
  })

  test('is skipped where only one profile is on', async () => {
    const page = await html('/', { profiles: institution.profiles.slice(0, 1) })
    expect(page).toContain('Escriba su CURP')
    expect(page).toContain('href="/contrasena"')
    expect(page).not.toContain('Regresar')
  })

  test('of an unknown address says so with 404, and the demonstration’s page is only the demonstration’s', async () => {
    expect((await site.render({ path: '/nada', institution, manner: usual, style })).status).toBe(404)
    expect((await site.render({ path: '/demo', institution, manner: usual, style })).status).toBe(404)
    expect(
      (
        await site.render({
          path: '/demo',
          institution: { ...institution, demo: true },
          manner: usual,
          style,
        })
      ).status,
    ).toBe(200)
    expect(await html('/', { demo: true })).toContain('Demostración: no escriba datos reales.')
    expect(await html('/')).not.toContain('Demostración')
  })
})

describe('the first screen on a kiosk', () => {
  const kiosk = async (path: string, change: object = {}) => {
    const manner = { language: 'es-MX', kiosk: true }
    return (await site.render({ path, institution: { ...institution, ...change }, manner, style })).html
  }

  test('K03 K08 says «Toque una opción» also where one profile is on, and brings what only kiosks need', async () => {
    const page = await kiosk('/', { profiles: institution.profiles.slice(0, 1) })
    expect(page).toContain('<html lang="es-MX" data-kiosk>')
    expect(page).toContain('Toque una opción')
    expect(page).toContain('href="/trabajador?modo=kiosco"')
    for (const own of [/rel="stylesheet" href="\/assets\/open-/, /modulepreload[^>]*\/assets\/open-/]) {
      expect(page).toMatch(own)
      expect(await html('/')).not.toMatch(own)
    }
  })

  test('K05 has no link out, no number to call and nothing to print', async () => {
    const notice = { ...institution.privacyNotice, full: 'https://sp.example/aviso' }
    for (const path of site.paths(institution)) {
      const page = (await kiosk(path, { privacyNotice: notice, webmail: 'https://correo.example/' })).replace(
        /<noscript>.*<\/noscript>|<script[^>]*>.*?<\/script>/gs,
        '',
      )
      expect(page).not.toMatch(/href="(?![/#])|Imprimir|Copiar/)
      expect(page).not.toMatch(/\sstyle="|\son[a-z]+="/)
    }
    expect(await kiosk('/trabajador', { privacyNotice: notice })).toContain(
      'Aviso completo: sp.example/aviso',
    )
  })
})
