import { type InjectionKey, inject } from 'vue'
import { LINKED, STOP_HASH } from './places.ts'

/** The token of the mail's link, by the page it leads to. It lives in memory alone and dies with the page. */
export const TOKENS: InjectionKey<Map<string, string>> = Symbol('tokens')

/** Of `#token`, also where a mail program took the full stop after it along; '' where there is none. */
export const tokenIn = (hash: string) => (hash === STOP_HASH ? '' : (/^#([^\s.,;)>]+)/.exec(hash)?.[1] ?? ''))

/** Taken out of the address bar and of the history before anything else looks at them. */
export function takeToken(): Map<string, string> {
  const { pathname, search, hash } = location
  const token = LINKED.includes(pathname) ? tokenIn(hash) : ''
  if (token) history.replaceState(null, '', pathname + search)
  return new Map(token ? [[pathname, token]] : [])
}

export const useTokens = () => inject(TOKENS, new Map<string, string>())
