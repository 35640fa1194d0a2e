import type { Page } from 'playwright-core'
import { en } from '../../web/words/en.ts'
import { esMX } from '../../web/words/es-MX.ts'
import { type SentenceKey, sentenceKeys } from '../../web/words/keys.ts'

const english = new WeakSet<Page>()

/** From now on this window shows the site in English; what tests say in Spanish is looked for in English. */
export const speakEnglish = (page: Page) => void english.add(page)

/** The site's address of a path, in the window's language. */
export function addressIn(page: Page, path: string): string {
  if (!english.has(page)) return path
  const [before = '', hash] = path.split('#')
  return `${before}?idioma=en${hash === undefined ? '' : `#${hash}`}`
}

const plain = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
/** A sentence with anything where its values stand. */
const shape = (sentence: string) =>
  sentence
    .split(/\{\w+\}/)
    .map(plain)
    .join('.+')

/** The same words in the window's language: a whole sentence, or the beginning of one. */
export function inTongue(page: Page, text: string | RegExp): string | RegExp {
  if (!english.has(page) || String(text) === '/./') return text
  const key = keyOf(text)
  if (!key) throw new Error(`no sentence says «${text}»`)
  return new RegExp(shape(en[key]))
}

function keyOf(text: string | RegExp): SentenceKey | undefined {
  if (text instanceof RegExp)
    return sentenceKeys.find(key => text.test(esMX[key].replace(/\{\w+\}/g, 'a las 10:00 h')))
  return (
    sentenceKeys.find(key => esMX[key] === text) ??
    sentenceKeys.find(key => esMX[key].startsWith(text)) ??
    sentenceKeys.find(
      key =>
        /\p{L}{3}/u.test(esMX[key].replace(/\{\w+\}/g, '')) && new RegExp(`^${shape(esMX[key])}$`).test(text),
    )
  )
}
