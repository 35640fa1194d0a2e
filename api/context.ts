import { hkdfSync } from 'node:crypto'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { isUnreachable } from './db/errors.ts'
import { type Database, type Db, openDatabase } from './db/open.ts'
import { openQueue, type Queue } from './db/queue.ts'
import type { Institution } from './institution/institution.ts'
import { loadInstitution } from './institution/load.ts'
import { openTransport, type Transport } from './mail/transport.ts'
import { entrust, type Readers } from './movements/handles.ts'
import { openPress, type Press } from './oficios/press.ts'
import { openProviders } from './providers/open.ts'
import { openStaffDirectory, type StaffDirectory } from './providers/staff-directory.ts'

/** A mail of the demo's own inbox, kept in memory because it holds a password. */
interface Kept {
  to: string
  subject: string
  text: string
  at: string
}

/** How patient the machinery is; one place, so that fault runs can hurry it. */
const pace = {
  /** A worker that says nothing for so long has lost its movement. */
  leaseSeconds: 60,
  /** First wait after a fault; doubles up to the cap. */
  backoffSeconds: 1,
  backoffCapSeconds: 300,
  /** Of a mail server that said 4xx: greylists want a minute. */
  greylistSeconds: 60,
  attempts: 60,
  /** A confirmation answers «in progress» after so long. */
  patienceSeconds: 25,
  /** Live movements at once; past it the kiosk says `not-available`. */
  liveAtMost: 2000,
  /** Between two looks at what the service leans on, while all is well and while something is not. */
  watchSeconds: 300,
  faultSeconds: 15,
}
export type Pace = typeof pace

/** What a key of ours is for. */
type Purpose =
  | 'cookie'
  | 'limiter'
  | 'code'
  | 'link'
  | 'proof'
  | 'seal'
  | 'file'
  | 'cursor'
  | 'totp'
  | 'recovery'
  | 'oidc'

export interface Context {
  config: Config
  institution: Institution
  db: Db
  queue: Queue
  mail: Transport
  /** Draws letters, off the main thread. */
  press: Press
  /** Directories by name. They can only look: what writes is handed to movements alone. */
  providers: Readers
  /** What the systems beside them hold: address and state, by name of the provider. */
  registries: ReturnType<typeof openProviders>['registries']
  /** Where the staff have their passwords, if it is not here. */
  staffDirectory: StaffDirectory | undefined
  log: Logger
  pace: Pace
  /** Where people are sent: `PUBLIC_URL`, or the demo's own address once it listens. */
  publicUrl: string
  /** Keys of one purpose, the newest first; no purpose shares one. */
  keysFor(purpose: Purpose): Buffer[]
  inbox: Kept[]
  /** What the service leans on, by name, and whether it was well when it was last looked at; by hand and in tests nobody looks. */
  services: Map<string, boolean>
  /** Tries under way; a graceful stop waits for them. */
  busy: Set<Promise<unknown>>
  close(): Promise<void>
}

const derived = (key: Buffer, purpose: string) => Buffer.from(hkdfSync('sha256', key, 'mci', purpose, 32))

/** While the database is away the queue says so many times a second; every ten seconds is enough. */
function sayOnce(log: Logger): (error: Error) => void {
  let said = Number.NEGATIVE_INFINITY
  return error => {
    if (isUnreachable(error) && performance.now() - said < 10_000) return
    said = performance.now()
    log.error({ err: error }, 'queue')
  }
}

/** The one place where things are built. */
export async function createContext(
  config: Config,
  log: Logger,
  ask: {
    folder?: string
    pace?: Partial<Pace>
    env?: NodeJS.ProcessEnv
    database?: Database
    /** Keys that `texts` of the institution may have; unchecked when absent. */
    knownTexts?: readonly string[]
  } = {},
): Promise<Context> {
  const { knownTexts } = ask
  const institution = loadInstitution(
    config.institution,
    ask.env ?? process.env,
    knownTexts ? { knownTexts } : {},
  )
  for (const warning of institution.warnings) log.warn({ warning }, 'institution')
  const database =
    ask.database ??
    (await openDatabase({
      url: config.databaseUrl,
      migrationUrl: config.migrationDatabaseUrl,
      folder: ask.folder ?? config.dataDir,
      mustBeEmpty: config.mode === 'demo',
    }))
  const works = config.work !== 'off' && config.mode !== 'command'
  const queue = await openQueue(database.engine, works, sayOnce(log))
  const inbox: Kept[] = []
  const publicUrl = config.publicUrl ?? `http://localhost:${config.port}`
  const mail = openTransport({
    smtpUrl: config.smtpUrl,
    mailFrom: config.mailFrom,
    publicUrl,
    inbox: config.smtpUrl ? undefined : mail => keep(inbox, mail),
  })
  const directories = openProviders(institution, database.db, (provider, problem) =>
    log.warn({ provider, problem }, 'directory'),
  )
  const { directory } = institution.signIn
  const staffDirectory =
    directory === null
      ? undefined
      : openStaffDirectory(directory, problem => log.warn({ provider: 'signIn', problem }, 'directory'))
  const ctx: Context = {
    config,
    institution,
    db: database.db,
    queue,
    mail,
    press: openPress(),
    providers: directories.readers,
    registries: directories.registries,
    staffDirectory,
    log,
    pace: { ...pace, ...ask.pace },
    publicUrl,
    keysFor: purpose => config.secretKeys.map(key => derived(key, purpose)),
    inbox,
    services: new Map(),
    busy: new Set(),
    async close() {
      await queue.stop()
      await Promise.allSettled(ctx.busy)
      directories.stop()
      staffDirectory?.stop()
      await mail.close()
      await ctx.press.close()
      await database.close()
    },
  }
  entrust(ctx, directories.writers)
  return ctx
}

function keep(inbox: Kept[], mail: { to: string; subject: string; text: string }) {
  inbox.unshift({ to: mail.to, subject: mail.subject, text: mail.text, at: new Date().toISOString() })
  inbox.splice(200)
}
