/** Colours of an institution. One colour is given; what is drawn with it is derived here and can always be read. */
import type { Institution } from './institution.ts'

const ENOUGH = 4.5
const WHITE = '#FFFFFF'
const BLACK = '#000000'
const NIGHT = '#1D2124'

export interface Tones {
  /** Band, margin rule, primary button; white text stands on it. */
  marca: string
  /** Foot of a button, and the brand as text on tinted ground. */
  fuerte: string
  /** Ground of a chosen row; dark text stands on it. */
  suave: string
}

/** The same for staff who work in the dark: they lie on the dark sheet. */
interface NightTones {
  marca: string
  fuerte: string
  suave: string
}

/** WCAG 2 contrast of two `#RRGGBB` colours: 1 to 21. */
export function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

/** Can the colour stand against white, as text or under it? */
export const passes = (colour: string) => contrast(colour, WHITE) >= ENOUGH

/** The colour itself where it passes, else the lightest darker tone of the same hue that does. */
export function nearestPassing(colour: string): string {
  let share = 1000
  while (!passes(mixed(colour, BLACK, share / 1000))) share--
  return mixed(colour, BLACK, share / 1000)
}

/** What is derived from a colour that passes. */
export function tones(colour: string): Tones {
  return {
    marca: mixed(colour, WHITE, 1),
    fuerte: mixed(colour, BLACK, 0.698),
    suave: mixed(colour, WHITE, 0.11),
  }
}

/** As dark a tone of the hue as can be read well on the dark sheet, one still lighter, and a ground for light text. */
export function nightTones(colour: string): NightTones {
  let share = 1000
  while (contrast(mixed(colour, WHITE, share / 1000), NIGHT) < 8) share--
  const marca = mixed(colour, WHITE, share / 1000)
  let depth = 300
  while (contrast(marca, mixed(colour, NIGHT, depth / 1000)) < 5) depth--
  return { marca, fuerte: mixed(marca, WHITE, 0.6), suave: mixed(colour, NIGHT, depth / 1000) }
}

/** Custom properties that depend on the institution, and its own font where it has one (served beside, as `/theme.woff2`). */
export function themeCss({ brand }: Pick<Institution, 'brand'>): string {
  const { marca, fuerte, suave } = tones(brand.colour)
  const letra = brand.font ? '--letra:"Institucional","Atkinson Hyperlegible Next",sans-serif;' : ''
  const face = brand.font
    ? '@font-face{font-family:"Institucional";src:url("/theme.woff2") format("woff2");font-weight:100 900;font-display:swap}\n'
    : ''
  const night = nightTones(brand.colour)
  const dark = `--noche:${night.marca};--noche-fuerte:${night.fuerte};--noche-suave:${night.suave};`
  return `${face}:root{--marca:${marca};--marca-fuerte:${fuerte};--marca-suave:${suave};${dark}${letra}}\n`
}

/** `share` of the first colour, the rest of the second. */
function mixed(colour: string, ground: string, share: number): string {
  const under = channels(ground)
  const mix = channels(colour).map((value, i) =>
    Math.round(value * share + (under[i] as number) * (1 - share)),
  )
  return `#${mix.map(value => value.toString(16).padStart(2, '0')).join('')}`.toUpperCase()
}

const channels = (colour: string) => [1, 3, 5].map(at => Number.parseInt(colour.slice(at, at + 2), 16))

function luminance(colour: string): number {
  const [red, green, blue] = channels(colour).map(value => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
