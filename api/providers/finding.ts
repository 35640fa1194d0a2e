/** One thing that was looked at, and what it came to. Never a secret, never a value that was sent. */
export interface Finding {
  /** Stable: `bind`, `tls-name`, `entry-create` … */
  check: string
  /** What it is about: a setting, a provider and its unit. */
  subject: string
  ok: 'yes' | 'no' | 'warning' | 'skipped'
  /** For people, in Spanish. */
  says: string
  /** What to grant or to change, to whom and where; '' where there is nothing to do. */
  mend: string
}

type Told = (check: string, says: string, mend?: string) => Finding

/** The four ends that a look at `subject` can have. */
export function about(subject: string): Record<Finding['ok'], Told> {
  const make =
    (ok: Finding['ok']): Told =>
    (check, says, mend = '') => ({ check, subject, ok, says, mend })
  return { yes: make('yes'), no: make('no'), warning: make('warning'), skipped: make('skipped') }
}

/** Where another system listens, and how its encryption begins. */
export interface Door {
  host: string
  port: number
  encrypted: 'at-once' | 'ldap-starttls' | 'smtp-starttls' | 'never'
  /** PEM of the authority that must have signed; the system's where there is none. */
  ca?: string | undefined
  /** The setting that names that authority, as an operator writes it. */
  caSetting: string
}

/** A kind of account that lives there. */
export interface ExaminedKind {
  kind: string
  domain: string
  /** Its password lives there. */
  holds: boolean
}

export interface Examination {
  kinds: readonly ExaminedKind[]
  /** A temporary password as the service makes them. */
  password(): string
  /** The shortest that a person may choose for herself. */
  ownPassword: string
}

/** How one provider looks at itself, over connections of its own. */
export interface Examiner {
  /** Absent where nobody listens. */
  door?: Door
  /** Quick and without a trace: what everything else hangs on. */
  glance(): AsyncIterable<Finding>
  /** Everything, with a throw-away account that is gone afterwards. */
  examine(ask: Examination): AsyncIterable<Finding>
  stop(): void
}
