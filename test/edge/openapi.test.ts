import { expect } from 'vitest'
import { house } from '../house.ts'
import { allRoutes } from './contracts.ts'

const { onPostgres } = house()

interface Described {
  openapi: string
  paths: Record<
    string,
    Record<string, { summary: string; responses: Record<string, unknown>; requestBody?: unknown }>
  >
}

onPostgres(
  'the API page in the repository says what the server does; `vitest run test/edge/openapi.test.ts -u` writes it',
  async h => {
    await expect(`${JSON.stringify(h.app.swagger(), null, 2)}\n`).toMatchFileSnapshot(
      '../../docs/openapi.json',
    )
  },
)

onPostgres('every route of every contract is described, with its success and its refusals', async h => {
  const { openapi, paths } = h.app.swagger() as unknown as Described
  expect(openapi).toBe('3.1.0')
  const routes = await allRoutes()
  const described = Object.values(paths).flatMap(methods => Object.keys(methods))
  expect(described.length).toBe(routes.length)
  for (const route of routes) {
    const told = paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()]
    expect(told?.summary, route.path).toBe(route.about)
    expect(Object.keys(told?.responses ?? {})).toEqual([String(route.status ?? 200), 'default'])
    expect(told?.requestBody !== undefined, route.path).toBe(route.body !== undefined)
  }
})
