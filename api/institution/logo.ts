/**
 * Logo of an institution. It stands inside our pages, so it is rebuilt from the few elements and attributes that
 * draw; what draws nothing is dropped, what could act or call outside is refused.
 */

const LARGEST = 50_000
const NAMESPACE = 'http://www.w3.org/2000/svg'
const DRAWS = new Set(
  'svg g path rect circle ellipse line polyline polygon text tspan title desc defs symbol use clipPath mask pattern linearGradient radialGradient stop'.split(
    ' ',
  ),
)
const ACTS = new Set(
  'script foreignobject iframe embed object image feimage a animate animatemotion animatetransform set handler style'.split(
    ' ',
  ),
)
const KEPT =
  /^(id|d|x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|fx|fy|dx|dy|width|height|points|viewBox|xmlns|role|aria-label|transform|preserveAspectRatio|offset|href|clip-path|clip-rule|mask|opacity|color|display|visibility|pathLength|(fill|stroke|stop|font|text|letter|word|paint)(-[a-z]+)*|(gradient|pattern|clipPath|mask)(Units|Transform|ContentUnits)|spreadMethod)$/
const TOKEN =
  /<\?[^?]*\?>|<!--[\s\S]*?-->|<(\/?)([A-Za-z_][\w:.-]*)((?:\s+[A-Za-z_][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+/y
const ATTRIBUTE = /([A-Za-z_][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

/** The drawing, rebuilt, or the reason why it is refused, in Spanish. */
export function sanitisedLogo(svg: string): { svg: string } | { refused: string } {
  if (Buffer.byteLength(svg) > LARGEST)
    return { refused: `pesa ${Buffer.byteLength(svg)} bytes; el máximo es ${LARGEST}` }
  if (/<!(DOCTYPE|ENTITY|\[CDATA)/i.test(svg))
    return { refused: 'trae DOCTYPE, ENTITY o CDATA; guárdelo como SVG simple' }
  try {
    const drawn = rebuilt(svg.replace(/^\ufeff/, '').trim())
    if (!/^<svg[\s>]/.test(drawn)) return { refused: 'no es un SVG' }
    return {
      svg: drawn.includes(`xmlns="${NAMESPACE}"`)
        ? drawn
        : drawn.replace('<svg', `<svg xmlns="${NAMESPACE}"`),
    }
  } catch (problem) {
    if (problem instanceof Unsafe) return { refused: problem.message }
    throw problem
  }
}

class Unsafe extends Error {}

function rebuilt(svg: string): string {
  const open: string[] = []
  let out = ''
  /** Depth at which something that draws nothing was opened. */
  let dropped = 0
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < svg.length) {
    const [whole, closing, name, attributes = '', empty] = TOKEN.exec(svg) ?? malformed()
    if (name === undefined) {
      if (!whole.startsWith('<') && !dropped && open.length > 0) out += text(whole)
      else if (!whole.startsWith('<') && open.length === 0 && whole.trim()) malformed()
      continue
    }
    const safe = attributesOf(name, attributes)
    if (closing) {
      if (open.pop() !== name) malformed()
      if (!dropped) out += `</${name}>`
      if (dropped > open.length) dropped = 0
      continue
    }
    if (open.length === 0 && out !== '') malformed()
    if (!empty) open.push(name)
    if (!dropped && DRAWS.has(name)) out += `<${name}${safe}${empty ? '/' : ''}>`
    else if (!dropped && !empty) dropped = open.length
  }
  return open.length === 0 ? out : malformed()
}

function malformed(): never {
  throw new Unsafe('está mal formado')
}

/** Attributes as they may stand; throws for what could act or call outside, in dropped elements too. */
function attributesOf(element: string, written: string): string {
  const local = (name: string) => name.slice(name.indexOf(':') + 1).toLowerCase()
  if (ACTS.has(local(element))) throw new Unsafe(`trae <${element}>, que no se admite en un logotipo`)
  const kept: [string, string][] = []
  for (const [, name = '', double, single] of written.matchAll(ATTRIBUTE)) {
    const value = double ?? single ?? ''
    if (local(name).startsWith('on')) throw new Unsafe(`trae el evento ${name}`)
    if (name.startsWith('xmlns') && value !== NAMESPACE) continue
    if (local(name) === 'href' && !/^#[\w-]+$/.test(value))
      throw new Unsafe(`trae la referencia externa ${name}="${value.slice(0, 40)}"`)
    if (local(name) === 'style') kept.push(...styled(value))
    else kept.push([local(name) === 'href' ? 'href' : name, value])
  }
  return kept
    .filter(([name]) => KEPT.test(name))
    .map(([name, value]) => ` ${name}="${drawing(name, value)}"`)
    .join('')
}

/** A style attribute as presentation attributes: the page's policy lets no inline style through. */
function styled(value: string): [string, string][] {
  return value.split(';').flatMap((part): [string, string][] => {
    const [name = '', ...rest] = part.split(':')
    return rest.length > 0 ? [[name.trim(), rest.join(':').trim()]] : []
  })
}

function drawing(name: string, value: string): string {
  const outside = /url\s*\((?!\s*['"]?#[\w-]+['"]?\s*\))|javascript:|data:|@import|expression\s*\(|\\/i
  if (outside.test(value) || /&/.test(value.replaceAll(/&(amp|quot|apos|lt|gt);/g, ''))) {
    throw new Unsafe(`trae una referencia externa o un carácter cifrado en ${name}`)
  }
  return value.replaceAll('"', '&quot;')
}

const text = (written: string) => (/\S/.test(written) ? written.replaceAll('>', '&gt;') : '')
