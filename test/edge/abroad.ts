import type { House } from '../house.ts'
import { openVisitor, type Visitor } from '../visitor.ts'

/** Settings of a house that the world sees under a name of its own. */
export const abroad = { PUBLIC_URL: 'https://correo.colima.example' }

type Inject = (ask: { headers: Record<string, string> }) => unknown

/** Somebody whose browser shows that name. */
export function visitorAbroad(h: House, from: string): Visitor {
  const own = { host: 'correo.colima.example', origin: abroad.PUBLIC_URL }
  const inject: Inject = ask =>
    h.app.inject({ ...(ask as object), headers: { ...ask.headers, ...own } } as never)
  return openVisitor({ inject } as unknown as House['app'], from)
}
