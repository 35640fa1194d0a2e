import { type InjectionKey, inject } from 'vue'

/** What was typed into the page before its program arrived, by field; on a slow line that can be everything. */
export const TYPED: InjectionKey<Map<string, string>> = Symbol('typed')

/** Each value is handed out once. */
export function useTyped() {
  const typed = inject(TYPED, new Map<string, string>())
  return (name: string) => {
    const text = typed.get(name) ?? ''
    typed.delete(name)
    return text
  }
}
