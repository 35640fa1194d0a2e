import { expect, test } from 'vitest'
import { sanitisedLogo } from '../../api/institution/logo.ts'

const svg = (inside: string, attributes = '') =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9" ${attributes}>${inside}</svg>`

test('a drawing keeps what draws and loses what drawing programs leave in it', () => {
  const told = sanitisedLogo(
    `\ufeff<?xml version="1.0"?>\n<!-- hecho a mano -->\n${svg(
      '<metadata><rdf:RDF><cc:Work rdf:about=""/></rdf:RDF></metadata><sodipodi:namedview id="v"/><title>Escudo &amp; lema</title>' +
        '<defs><linearGradient id="g"><stop offset="0" stop-color="#0F4C4A"/></linearGradient></defs>' +
        '<g class="c" style="fill:url(#g);stroke-width:2;-inkscape-x:1" data-x="1"><path d="M0 0h9v9z" inkscape:label="x"/></g>' +
        '<use xlink:href="#g"/>',
    )}`,
  )
  expect(told).toEqual({
    svg:
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>Escudo &amp; lema</title>' +
      '<defs><linearGradient id="g"><stop offset="0" stop-color="#0F4C4A"/></linearGradient></defs>' +
      '<g fill="url(#g)" stroke-width="2"><path d="M0 0h9v9z"/></g><use href="#g"/></svg>',
  })
})

test.each([
  ['a script', svg('<script>alert(1)</script>'), /script/],
  ['a script in capitals', svg('<SCRIPT/>'), /SCRIPT/],
  ['a script under another name space', svg('<svg:script/>'), /script/],
  ['a script inside something dropped', svg('<metadata><script/></metadata>'), /script/],
  ['an event', svg('<path d="M0 0" onclick="x()"/>'), /onclick/],
  ['an event on the drawing itself', svg('', 'onload="x()"'), /onload/],
  ['foreign content', svg('<foreignObject><p>x</p></foreignObject>'), /foreignObject/],
  ['an outside picture', svg('<image href="https://example.org/x.png"/>'), /image/],
  ['an outside reference', svg('<use xlink:href="https://example.org/x.svg#a"/>'), /referencia externa/],
  ['an inline script address', svg('<use href="javascript:x()"/>'), /referencia externa/],
  ['an outside fill', svg('<path d="M0" fill="url(https://example.org/x)"/>'), /referencia externa/],
  [
    'an outside fill in a style',
    svg('<path style="fill:url( \'//example.org/x\' )"/>'),
    /referencia externa/,
  ],
  ['a fill hidden by escapes', svg('<path fill="u\\72l(//example.org)"/>'), /referencia externa/],
  ['a fill hidden by entities', svg('<path fill="&#117;rl(//example.org)"/>'), /referencia externa/],
  ['a stylesheet', svg('<style>@import "//example.org"</style>'), /style/],
  ['a link', svg('<a href="#x"><path d="M0"/></a>'), /<a>/],
  ['an animation', svg('<animate attributeName="href" to="x"/>'), /animate/],
  ['entities', `<!DOCTYPE svg [<!ENTITY x "y">]>${svg('')}`, /DOCTYPE/],
  ['an element left open', '<svg xmlns="http://www.w3.org/2000/svg"><g></svg>', /mal formado/],
  ['a broken attribute', '<svg onload=alert(1)></svg>', /mal formado/],
  ['text before it', `hola${svg('')}`, /mal formado/],
  ['two roots', svg('') + svg(''), /mal formado/],
  ['a page', '<html><body/></html>', /no es un SVG/],
  ['nothing', '', /no es un SVG/],
  ['too much', svg(`<path d="${'M0 0'.repeat(13_000)}"/>`), /el máximo es 50000/],
])('a logo with %s is refused', (_, drawing, reason) => {
  expect(sanitisedLogo(drawing)).toEqual({ refused: expect.stringMatching(reason) })
})
