import { type InjectionKey, inject } from 'vue'

/** How a page is shown: its language, and whether it stands on a kiosk. Both are in the address, on every page alike. */
export interface Manner {
  language: 'es-MX' | 'en'
  kiosk: boolean
}

export const MANNER: InjectionKey<Manner> = Symbol('manner')

export function useManner(): Manner {
  const manner = inject(MANNER)
  if (!manner) throw new Error('no manner was provided')
  return manner
}

/** For `lang`: what the institution wrote itself is in Spanish, also on a page in another language. */
export const useTheirs = () => (useManner().language === 'es-MX' ? undefined : 'es-MX')

/** What the address carries of it; nothing on the usual page. */
export const mannerQuery = ({ language, kiosk }: Manner): string =>
  [kiosk ? 'modo=kiosco' : '', language === 'en' ? 'idioma=en' : ''].filter(Boolean).join('&')
