import { type InjectionKey, inject } from 'vue'
import { esMX } from './es-MX.ts'
import type { SentenceKey } from './keys.ts'

export type Values = Record<string, string | number>
export type Say = (key: SentenceKey, values?: Values) => string
export const SAY: InjectionKey<Say> = Symbol('say')

/** The sentences of an institution: ours, except those it says otherwise. */
export function sentences(texts: Record<string, string>): Say {
  return (key, values = {}) => fill(Object.hasOwn(texts, key) ? (texts[key] as string) : esMX[key], values)
}

/** `{name}` by its value; a name without one stays as it is, so that it is seen. */
export const fill = (sentence: string, values: Values) =>
  sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))

/** For components: the sentences of this page's institution. */
export function useSay(): Say {
  const say = inject(SAY)
  if (!say) throw new Error('no sentences were provided')
  return say
}
