import { type InjectionKey, inject } from 'vue'

/** What was typed into the page before its program took over, by field; on a slow line that can be everything. */
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

/** What stands in the fields at this moment, by field. */
export function readTyped(site: Element, typed: Map<string, string>) {
  for (const { name, value } of site.querySelectorAll('input')) typed.set(name, value)
}

/** Notes a form that is sent before the program can take it; what is returned sends it then. */
export function heedSending(site: Element) {
  let sent: HTMLFormElement | undefined
  const note = ({ target }: Event) => {
    sent = target as HTMLFormElement
  }
  site.addEventListener('submit', note)
  return () => {
    site.removeEventListener('submit', note)
    if (sent?.isConnected) sent.requestSubmit()
  }
}
