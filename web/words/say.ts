import { type InjectionKey, inject } from 'vue'
import type { SentenceKey } from './keys.ts'

export type Values = Record<string, string | number>
export type Say = (key: SentenceKey, values?: Values) => string
export const SAY: InjectionKey<Say> = Symbol('say')

/** The sentences of a language, except those that the institution says otherwise. */
export const sentences =
  <K extends string>(catalogue: Readonly<Record<K, string>>, texts: Record<string, string> = {}) =>
  (key: K, values: Values = {}): string =>
    fill(Object.hasOwn(texts, key) ? (texts[key] as string) : catalogue[key], values)

/** `{name}` by its value; a name without one stays as it is, so that it is seen. */
export const fill = (sentence: string, values: Values) =>
  sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))

/** For components: the sentences of this page's institution. */
export function useSay(): Say {
  const say = inject(SAY)
  if (!say) throw new Error('no sentences were provided')
  return say
}
