import type { Ask, Reply, Route } from '@mci/api/route'
import { Refused, send, sendForFile } from '../api.ts'
import { useSession } from './session.ts'

/** She was asked once more who she is, and left it: nothing happened, and nothing is to be said about it. */
export class Left extends Error {}

type Line<R extends Route> = `${R['method']} ${R['path']}`

/** What the path does not take goes into the query of a look-up, or into the body of an act. */
function written(line: string, what: object) {
  const [method, pattern] = line.split(' ') as [string, string]
  const rest = new Map(Object.entries(what).filter(([, value]) => value !== undefined))
  const path = pattern.replace(/:(\w+)/g, (_, name: string) => {
    const value = String(rest.get(name))
    rest.delete(name)
    return encodeURIComponent(value)
  })
  if (method === 'GET') return { method, path: rest.size > 0 ? `${path}?${queryOf(rest)}` : path }
  const bare = method === 'DELETE' && rest.size === 0
  return { method, path, ...(!bare && { body: JSON.stringify(Object.fromEntries(rest)) }) }
}

const queryOf = (values: Map<string, unknown>) =>
  new URLSearchParams([...values].map(([name, value]) => [name, String(value)])).toString()

/** The address of a look-up, for a link that the browser follows by itself: a download, a PDF. */
export const addressOf = <R extends Route>(line: Line<R> & `GET ${string}`, what: Ask<R>): string =>
  written(line, what as object).path

/**
 * Asks the service as the member who is signed in. Where it wants to know once more who she is, a dialog asks her and the
 * same request goes out again; where her session is over, the way leads to signing in and back.
 */
export async function ask<R extends Route>(line: Line<R>, what: Ask<R>): Promise<Reply<R>> {
  const { method, path, body } = written(line, what as object)
  return again(() => send<Reply<R>>(method, path, body))
}

/** The same where the answer is a file. */
export async function askForFile<R extends Route>(line: Line<R>, what: Ask<R>): Promise<Blob> {
  const { method, path, body } = written(line, what as object)
  return again(() => sendForFile(method, path, body))
}

/** One file, as `keepFile` takes it. */
export const sendFile = <R extends Route>(line: Line<R>, file: File): Promise<Reply<R>> => {
  const form = new FormData()
  form.append('file', file)
  const [method, path] = line.split(' ') as [string, string]
  return again(() => send<Reply<R>>(method, path, form))
}

async function again<T>(request: () => Promise<T>): Promise<T> {
  const session = useSession()
  try {
    const reply = await request()
    session.touched()
    return reply
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    if (error.problem.code === 'not-signed-in') session.over('idle')
    if (error.problem.code !== 'step-up-required') throw error
    if (!(await session.prove())) throw new Left()
    return again(request)
  }
}
