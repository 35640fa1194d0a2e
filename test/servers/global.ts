import type { TestProject } from 'vitest/node'
import { missing, startPostgres } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the run's PostgreSQL, as its superuser; '' where none is installed. */
    postgres: string
  }
}

/** One PostgreSQL for the whole run; every test file makes databases of its own in it. */
export default async function startForRun(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const command = missing()
  if (command && process.env.CI === 'true') throw new Error(`not installed: ${command}`)
  if (command) {
    project.provide('postgres', '')
    return undefined
  }
  const server = await startPostgres()
  project.provide('postgres', server.url())
  return () => server.stop()
}
