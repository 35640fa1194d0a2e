import { globSync } from 'node:fs'
import { join } from 'node:path'
import type { Route } from '../../api/route.ts'

const api = join(import.meta.dirname, '../../api')
const isRoute = (value: unknown): value is Route =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'may' in value

/** Every route of every room, read from the contracts themselves; those of the demo stand in the demo alone. */
export async function allRoutes(): Promise<Route[]> {
  const files = globSync('*/*contract.ts', { cwd: api }).filter(file => !file.startsWith('demo'))
  const rooms = await Promise.all(files.map(file => import(join(api, file))))
  return rooms.flatMap(room => Object.values(room).filter(isRoute))
}

type Properties = Record<string, { type?: string }>

/** Names of the fields of a body. */
export const fieldsOf = (route: Route): string[] =>
  Object.keys((route.body as { properties?: Properties } | undefined)?.properties ?? {})

/** A body of the right shape, said by nobody in particular. */
export function rightBody(route: Route): Record<string, unknown> {
  const properties = (route.body as { properties?: Properties } | undefined)?.properties ?? {}
  const right: Record<string, unknown> = { string: 'worker', boolean: true }
  return Object.fromEntries(
    Object.entries(properties).map(([name, { type = '' }]) => [name, right[type] ?? {}]),
  )
}

/** The path with something in place of every parameter. */
export const filledPath = (route: Route, value = 'x'): string => route.path.replace(/:\w+/g, value)

export const writes = (route: Route): boolean => route.method !== 'GET'
