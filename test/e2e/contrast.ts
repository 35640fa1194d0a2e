/// <reference lib="dom" />
import type { Page } from 'playwright-core'
import { passes, themeCss } from '../../api/institution/theme.ts'

/** Numbers that look random and are the same in every run (mulberry32). */
function seeded(seed: number) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Colours that an institution may have. */
export function acceptedColours(count: number, seed = 20260115): string[] {
  const random = seeded(seed)
  const found: string[] = []
  while (found.length < count) {
    const colour = `#${Math.floor(random() * 0x1000000)
      .toString(16)
      .padStart(6, '0')}`
    if (passes(colour)) found.push(colour)
  }
  return found
}

export const themeOf = (colour: string) => themeCss({ brand: { colour, logo: null, font: null } })

/**
 * What cannot be read on the page as it stands, in each of the themes: visible text whose colour is too near to the
 * ground under it (WCAG 2: 4.5, large text 3). Each finding names theme, text and ratio.
 */
export function unreadable(page: Page, themes: string[]): Promise<string[]> {
  return page.evaluate(all => {
    const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number)
    const linear = (value: number) => {
      const part = value / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    }
    const luminance = ([red = 0, green = 0, blue = 0]: number[]) =>
      0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    const ratio = (a: number[], b: number[]) => {
      const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
      return (light + 0.05) / (dark + 0.05)
    }
    const groundOf = (element: Element | null): number[] => {
      for (let at = element; at; at = at.parentElement) {
        const colour = channels(getComputedStyle(at).backgroundColor)
        if ((colour[3] ?? 1) > 0) return colour
      }
      return [255, 255, 255]
    }
    const told = (element: Element) =>
      element instanceof HTMLInputElement
        ? element.value
        : [...element.childNodes]
            .flatMap(node => (node.nodeType === 3 ? (node.textContent ?? '') : []))
            .join('')
    const written = [...document.body.querySelectorAll('*')].filter(
      element => told(element).trim() !== '' && element.checkVisibility(),
    )
    const sheet = new CSSStyleSheet()
    document.adoptedStyleSheets = [sheet]
    const dressed = (theme: string | undefined) => sheet.replaceSync(theme ?? '')
    const look = (element: Element) => {
      const { color, fontSize, fontWeight } = getComputedStyle(element)
      const size = Number.parseFloat(fontSize)
      const least = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700) ? 3 : 4.5
      return { colour: channels(color), ground: groundOf(element), least }
    }
    // Themes differ in colours alone: what looks the same in three of them looks the same in all, and one of it will do.
    const looks = written.map(() => '')
    for (const theme of all.slice(0, 3)) {
      dressed(theme)
      written.forEach((element, n) => {
        looks[n] += JSON.stringify(look(element))
      })
    }
    const kinds = written.filter((_, n) => looks.indexOf(looks[n] ?? '') === n)
    const found = all.flatMap(theme => {
      dressed(theme)
      return kinds.flatMap(element => {
        const { colour, ground, least } = look(element)
        const seen = ratio(colour, ground)
        return seen < least ? [`${theme.trim()} «${told(element).trim()}» ${seen.toFixed(2)}`] : []
      })
    })
    document.adoptedStyleSheets = []
    return found
  }, themes)
}
