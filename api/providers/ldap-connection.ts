import { randomUUID } from 'node:crypto'
import net from 'node:net'
import tls from 'node:tls'
import { Client, ResultCodeError, type SearchOptions, type SearchResult } from 'ldapts'
import { openBreaker } from './ldap-breaker.ts'
import { ProviderRefusal } from './provider.ts'
import { openTurns, type Turns } from './turns.ts'

export interface DirectoryAddress {
  url: string
  /** Clear at first, encrypted before anything is said. */
  startTls: boolean
  /** PEM; the system's authorities where there is none. */
  ca: string | undefined
  bindDn: string
  bindPassword: string
  /** Of one operation, and of one connection until it is bound. */
  timeoutMs: number
  connections: number
}

/** Says what went wrong, for the log: an error's name, never its message or a value. */
export type Tell = (problem: string) => void

export interface Connections {
  /** One operation on a bound connection. Throws the directory's own `ResultCodeError`, or `unavailable`. */
  run<T>(work: (client: Client) => Promise<T>): Promise<T>
  /** A long search, page after page on a connection of its own: servers keep the place by connection. */
  pages(base: string, ask: SearchOptions): AsyncIterable<SearchResult['searchEntries']>
  /** Does this password sign in, on a connection of its own? */
  signsIn(dn: string, password: string): Promise<boolean>
  stop(): void
}

/** A connection that was silent for longer may be gone without anybody having said so. */
const idleMs = 30_000
const connectMs = 3000
const atOnce = 16
/** Wrong password; policies' «locked» (19, 53); nobody there, or nobody who has a password. */
const refusals = new Set([19, 32, 34, 48, 49, 53])

/**
 * Persistent connections to one directory: bound again after a restart, each operation limited in time and number. `isRight`
 * knows the answers that refuse a sign-in although the password was right.
 */
export function openConnections(
  ask: DirectoryAddress,
  tell: Tell,
  isRight: (answer: ResultCodeError) => boolean = () => false,
): Connections {
  const breaker = openBreaker()
  const lost = (error: unknown) => {
    breaker.failed()
    tell(nameOf(error))
  }
  const slots = Array.from({ length: ask.connections }, () => openSlot(ask, lost))
  const turn = openTurns(atOnce * ask.connections)
  const trial = openTurns(atOnce)
  let next = 0

  const guarded = <T>(turns: Turns, work: () => Promise<T>): Promise<T> => {
    breaker.look()
    return turns(async () => {
      breaker.pass()
      try {
        const answer = await work()
        breaker.worked()
        return answer
      } catch (error) {
        if (!(error instanceof ResultCodeError)) throw new ProviderRefusal('unavailable')
        breaker.worked()
        throw error
      }
    })
  }

  return {
    run: work => guarded(turn, () => (slots[next++ % slots.length] as Slot).run(work)),
    async *pages(base, options) {
      const client = await dial(ask, ask.bindDn, ask.bindPassword).catch(error => {
        lost(error)
        throw new ProviderRefusal('unavailable')
      })
      try {
        for await (const { searchEntries } of client.searchPaginated(base, options)) yield searchEntries
      } catch (error) {
        tell(`list: ${nameOf(error)}`)
        throw new ProviderRefusal('unavailable')
      } finally {
        hangUp(client)
      }
    },
    signsIn: (dn, password) => guarded(trial, () => tryPassword(ask, dn, password, lost, isRight)),
    stop: () => {
      for (const slot of slots) slot.drop()
    },
  }
}

async function tryPassword(
  ask: DirectoryAddress,
  dn: string,
  password: string,
  lost: (error: unknown) => void,
  isRight: (answer: ResultCodeError) => boolean,
) {
  try {
    hangUp(await dial(ask, dn, password))
    return true
  } catch (error) {
    const { cause } = error as Lost
    if (cause instanceof ResultCodeError && isRight(cause)) return true
    if (cause instanceof ResultCodeError && refusals.has(cause.code)) return false
    if (!(cause instanceof ResultCodeError)) lost(error)
    throw cause ?? error
  }
}

/** Of a directory's answer its name, of the network its code: messages may hold what was sent. */
export const nameOf = (error: unknown): string => {
  const { name, code } = error as { name?: string; code?: unknown }
  if (typeof code === 'string') return code
  if (error instanceof Lost) return error.message
  return name === undefined || name === 'Error' ? 'connection lost' : name
}

class Lost extends Error {}

interface Slot {
  run<T>(work: (client: Client) => Promise<T>): Promise<T>
  drop(): void
}

interface Line {
  client: Promise<Client>
  /** Once it is bound. */
  open: Client | undefined
  usedAt: number
}

/** One connection, made anew when it was lost or long silent; `lost` is told once of each. */
function openSlot(ask: DirectoryAddress, lost: (error: unknown) => void): Slot {
  let line: Line | undefined
  const drop = (which = line) => {
    if (which === line) line = undefined
    which?.client.then(hangUp, () => {})
  }
  const dialled = (): Line => {
    const made: Line = { client: dial(ask, ask.bindDn, ask.bindPassword), open: undefined, usedAt: 0 }
    made.client.then(
      client => {
        made.open = client
      },
      () => {},
    )
    return made
  }
  const ready = (): Line => {
    const idle = line?.usedAt && performance.now() - line.usedAt > idleMs
    if (line?.open && (idle || !line.open.isConnected)) drop()
    line ??= dialled()
    line.usedAt = performance.now()
    return line
  }
  return {
    drop,
    async run(work) {
      const mine = ready()
      try {
        const client = await mine.client
        return await work(client)
      } catch (error) {
        if (error instanceof ResultCodeError) throw error
        // Late or lost: what comes over it from now on may belong to somebody else.
        if (mine === line) lost(error)
        drop(mine)
        throw error
      }
    },
  }
}

const hangUp = (client: Client) => void client.unbind().catch(() => {})

/** A library that connects again by itself would do so as nobody: a client of ours connects once. */
function once<F extends (...given: never[]) => unknown>(connect: F): F {
  let used = false
  return ((...given: never[]) => {
    if (used) throw new Lost('connection lost')
    used = true
    return connect(...given)
  }) as F
}

/** A new connection, encrypted where it must be and bound. Throws `Lost`, with the directory's answer as its cause. */
async function dial(ask: DirectoryAddress, dn: string, password: string): Promise<Client> {
  const host = new URL(ask.url).hostname.replace(/^\[|\]$/g, '')
  const trust = { minVersion: 'TLSv1.2' as const, ...(ask.ca ? { ca: ask.ca } : {}) }
  const client = new Client({
    url: ask.url,
    timeout: ask.timeoutMs,
    connectTimeout: Math.min(connectMs, ask.timeoutMs),
    createConnection: once(net.connect),
    createSecureConnection: once(tls.connect),
    ...(ask.url.startsWith('ldaps:') ? { tlsOptions: trust } : {}),
  })
  const dialled = async () => {
    if (ask.startTls)
      await client.startTLS({ ...trust, host, ...(net.isIP(host) ? {} : { servername: host }) })
    // An empty password would bind as nobody, and succeed.
    await client.bind(dn, password === '' ? randomUUID() : password)
    return client
  }
  let late: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new Lost('no answer')), ask.timeoutMs)
  })
  const trying = dialled()
  trying.catch(() => {})
  try {
    return await Promise.race([trying, limit])
  } catch (error) {
    hangUp(client)
    throw error instanceof Lost ? error : new Lost(`bind: ${nameOf(error)}`, { cause: error })
  } finally {
    clearTimeout(late)
  }
}
