/**
 * Every table on one page. What SQL alone can say (triggers, grants, the view `mailbox_login`) stands in
 * `migrations/*_guards`. All times are the database's; `now()` is the same for all rows of a transaction, so order by id.
 */
import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  smallint,
  snakeCase,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'

const { table } = snakeCase
const id = () => uuid().primaryKey().defaultRandom()
const serial = () => bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity()
const moment = () => timestamp({ withTimezone: true })
const since = () => moment().notNull().defaultNow()

/** Someone in a padrón. The id is ours: a CURP is corrected, a person changes names. */
export const person = table('person', {
  id: id(),
  given: text().notNull(),
  surname1: text().notNull(),
  surname2: text().notNull().default(''),
  /** «No fui yo» or a member of staff: no self-service until then; `infinity` until staff lift it. */
  pausedUntil: moment(),
  createdAt: since(),
})

/** What a claim is looked up by. A superseded value answers like an unknown one at the kiosk. */
export const personIdentifier = table(
  'person_identifier',
  {
    id: serial(),
    personId: uuid()
      .notNull()
      .references(() => person.id),
    kind: text({ enum: ['curp', 'curt', 'controlNumber'] }).notNull(),
    /** Canonical form: no outer ASCII blanks, ASCII upper case. */
    value: text().notNull(),
    /** '' for a CURP: it belongs to a person, not to an employer. */
    source: text().notNull().default(''),
    from: since(),
    to: moment(),
    supersededBy: bigint({ mode: 'number' }),
  },
  t => [
    uniqueIndex('person_identifier_current').on(t.kind, t.source, t.value).where(sql`${t.to} is null`),
    index('person_identifier_value').on(t.kind, t.value),
    index('person_identifier_person').on(t.personId),
  ],
)

/** A post or an enrolment. Many per person: two posts, two employers, student and worker. */
export const affiliation = table(
  'affiliation',
  {
    id: serial(),
    personId: uuid()
      .notNull()
      .references(() => person.id),
    source: text().notNull(),
    profile: text({ enum: ['worker', 'student'] }).notNull(),
    /** Key of the claim in this source: CURT or control number. */
    key: text().notNull(),
    /** CCT, canonical. */
    centre: text().notNull().default(''),
    /** Post of a worker, programme of a student. */
    post: text().notNull().default(''),
    period: text().notNull().default(''),
    status: text({ enum: ['active', 'inactive', 'graduate', 'graduating'] }).notNull(),
    /** The word of the file, kept as it came. */
    statusAsCame: text().notNull(),
    endReason: text(),
    loadId: bigint({ mode: 'number' })
      .notNull()
      .references(() => rosterLoad.id),
    from: since(),
    to: moment(),
  },
  t => [
    index('affiliation_person').on(t.personId),
    index('affiliation_source').on(t.source, t.profile).where(sql`${t.to} is null`),
    index('affiliation_centre').on(t.centre).where(sql`${t.to} is null`),
    unique('affiliation_once').on(t.source, t.profile, t.personId, t.key, t.centre, t.post),
  ],
)

/** One file loaded into one source. An older file is refused per source. */
export const rosterLoad = table('roster_load', {
  id: serial(),
  source: text().notNull(),
  kind: text({ enum: ['workers', 'students', 'centres'] }).notNull(),
  asOf: date().notNull(),
  digest: text().notNull(),
  counts: jsonb().$type<Record<string, number>>().notNull(),
  replaced: boolean().notNull().default(false),
  at: since(),
})

/** A work centre of the catalogue. */
export const centre = table(
  'centre',
  {
    cct: text().primaryKey(),
    source: text().notNull(),
    name: text().notNull(),
    level: text().notNull().default(''),
    shift: text().notNull().default(''),
    municipality: text().notNull().default(''),
    /** CURP, because the catalogue may be loaded before the director's padrón. */
    directorCurp: text(),
    phone: text().notNull().default(''),
    status: text({ enum: ['active', 'inactive'] }).notNull(),
    loadId: bigint({ mode: 'number' })
      .notNull()
      .references(() => rosterLoad.id),
  },
  t => [index('centre_director').on(t.directorCurp)],
)

/** An alternate address of a person, or the address of a centre. Control of this mailbox is the only real proof. */
export const contact = table(
  'contact',
  {
    id: serial(),
    personId: uuid().references(() => person.id),
    cct: text().references(() => centre.cct),
    /** One strict address: local part as it came, domain in lower case. */
    address: text().notNull(),
    /** `roster:<source>` or `member:<id>`. */
    origin: text().notNull(),
    verifiedAt: moment(),
    /** No self-service before: an address that replaced another one. */
    coolingUntil: moment(),
    bouncedAt: moment(),
    from: since(),
    to: moment(),
  },
  t => [
    uniqueIndex('contact_current_person')
      .on(t.personId, t.origin)
      .where(sql`${t.to} is null and ${t.personId} is not null`),
    uniqueIndex('contact_current_centre')
      .on(t.cct, t.origin)
      .where(sql`${t.to} is null and ${t.cct} is not null`),
    index('contact_person').on(t.personId),
    index('contact_address').on(sql`lower(${t.address})`).where(sql`${t.to} is null`),
    check('contact_owner', sql`(${t.personId} is null) <> (${t.cct} is null)`),
  ],
)

/** Never deleted; a closed one keeps its history. */
export const account = table(
  'account',
  {
    id: id(),
    /** A key of the institution's `accounts`. Immutable. */
    kind: text().notNull(),
    state: text({ enum: ['pending', 'active', 'blocked', 'closed'] }).notNull(),
    /** CCT, programme or appointment that a shared account stands for; '' for a person's. */
    unit: text().notNull().default(''),
    /** Raised by every movement: a confirmation given for an older version is void. */
    version: integer().notNull().default(0),
    createdAt: since(),
    /** It is unblocked by itself then; null: when somebody says so. */
    blockedUntil: moment(),
    closedAt: moment(),
  },
  t => [
    uniqueIndex('account_unit').on(t.kind, t.unit).where(sql`${t.unit} <> '' and ${t.state} <> 'closed'`),
    index('account_of_unit').on(t.unit).where(sql`${t.unit} <> ''`),
  ],
)

/** An account in a directory. The directory is the truth about itself: renames, moves, accounts older than us. */
export const accountLink = table(
  'account_link',
  {
    id: serial(),
    accountId: uuid()
      .notNull()
      .references(() => account.id),
    /** A key of the institution's `providers`. */
    provider: text().notNull(),
    /** Immutable there: objectGUID, entryUUID, Graph id, our own uuid. */
    externalId: text().notNull(),
    /** DN, UPN or address as last seen. */
    seenAs: text().notNull(),
    /** Does this provider hold the password? One per account. */
    authority: boolean().notNull(),
    origin: text({ enum: ['created', 'adopted'] }).notNull(),
    evidence: text(),
    observedAt: since(),
    /** DN or UPN when it was last compared; '' before. */
    standsAt: text().notNull().default(''),
    /** When its password was set last, as the directory said then. */
    passwordAt: text().notNull().default(''),
    /** What differs and has been reported; it is reported once. */
    drift: text({ enum: ['', 'missing', 'enabled', 'disabled'] })
      .notNull()
      .default(''),
  },
  t => [
    unique('account_link_once').on(t.accountId, t.provider),
    unique('account_link_external').on(t.provider, t.externalId),
    uniqueIndex('account_link_authority').on(t.accountId).where(sql`${t.authority}`),
  ],
)

/** An entry that may be somebody's, by evidence too weak to link it: staff decide. */
export const proposal = table(
  'proposal',
  {
    id: serial(),
    provider: text().notNull(),
    externalId: text().notNull(),
    personId: uuid()
      .notNull()
      .references(() => person.id),
    /** Which keys or facts speak for it; never their values. */
    evidence: text().notNull(),
    /** Its address or DN when it was proposed, and its name, masked. */
    seenAs: text().notNull().default(''),
    entryName: text().notNull().default(''),
    /** `withdrawn`: nothing speaks for it any more. */
    state: text({ enum: ['open', 'accepted', 'rejected', 'withdrawn'] })
      .notNull()
      .default('open'),
    at: since(),
    decidedBy: text(),
    decidedAt: moment(),
  },
  t => [
    unique('proposal_once').on(t.provider, t.externalId, t.personId),
    index('proposal_open').on(t.personId).where(sql`${t.state} = 'open'`),
  ],
)

/** Uniqueness of addresses across kinds and domains, reserved before a directory is touched. */
export const address = table(
  'address',
  {
    id: serial(),
    local: text().notNull(),
    domain: text().notNull(),
    accountId: uuid().references(() => account.id),
    role: text({ enum: ['primary', 'alias', 'reserved', 'quarantined', 'foreign'] }).notNull(),
    until: moment(),
    at: since(),
  },
  t => [
    unique('address_once').on(t.local, t.domain),
    uniqueIndex('address_primary').on(t.accountId).where(sql`${t.role} = 'primary'`),
    index('address_account').on(t.accountId),
    index('address_domain').on(t.domain),
    // What an address begins with, whatever the language of the database.
    index('address_beginning').on(t.local.op('text_pattern_ops')),
    check('address_lower', sql`${t.local} = lower(${t.local}) and ${t.domain} = lower(${t.domain})`),
  ],
)

/** Chain of custody: reassigning closes one row and opens another. */
export const holding = table(
  'holding',
  {
    id: serial(),
    accountId: uuid()
      .notNull()
      .references(() => account.id),
    personId: uuid()
      .notNull()
      .references(() => person.id),
    as: text({ enum: ['holder', 'responsible'] }).notNull(),
    /** The account's kind, immutable there: one account of a kind for one holder. */
    kind: text().notNull(),
    from: since(),
    to: moment(),
    reason: text(),
    oficio: jsonb(),
  },
  t => [
    uniqueIndex('holding_current').on(t.accountId).where(sql`${t.to} is null`),
    uniqueIndex('holding_kind').on(t.personId, t.kind).where(sql`${t.to} is null and ${t.as} = 'holder'`),
    index('holding_person').on(t.personId),
    index('holding_account').on(t.accountId),
  ],
)

/** That a password was handed out, never which. */
export const credentialIssue = table(
  'credential_issue',
  {
    id: serial(),
    accountId: uuid()
      .notNull()
      .references(() => account.id),
    movementId: uuid()
      .notNull()
      .references(() => movement.id),
    /** Fence of the change in the directory: while it stands there, the password is still ours. */
    fence: bigint({ mode: 'number' }).notNull(),
    issuedAt: since(),
    expiresAt: moment().notNull(),
    /** Own password chosen. */
    claimedAt: moment(),
    expiredAt: moment(),
  },
  t => [
    unique('credential_issue_movement').on(t.movementId),
    index('credential_issue_account').on(t.accountId, t.issuedAt),
    index('credential_issue_open')
      .on(t.expiresAt)
      .where(sql`${t.claimedAt} is null and ${t.expiredAt} is null`),
  ],
)

/** An act and its state. */
export const movement = table(
  'movement',
  {
    id: id(),
    /** Order of intent; `now()` alone does not order. */
    seq: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    folio: text().notNull().unique(),
    kind: text().notNull(),
    state: text({
      enum: ['intended', 'applying', 'delivering', 'done', 'failed', 'undone', 'needs-attention'],
    }).notNull(),
    accountId: uuid().references(() => account.id),
    personId: uuid().references(() => person.id),
    /** `visitor`, `system` or `member:<id>`. */
    actor: text().notNull(),
    channel: text({ enum: ['internet', 'kiosk', 'staff', 'system'] }).notNull(),
    origin: text(),
    visitId: uuid()
      .unique()
      .references(() => visit.id),
    privacyNotice: text().notNull(),
    oficio: jsonb(),
    reason: text(),
    /** What is asked; its shape is the definition's. Never a secret. */
    detail: jsonb().notNull(),
    intendedAt: since(),
    appliedAt: moment(),
    deliveredAt: moment(),
    finishedAt: moment(),
    attempts: integer().notNull().default(0),
    /** Of the one who works on it; every lease takes a higher one. */
    fence: bigint({ mode: 'number' }).notNull().default(0),
    leaseUntil: moment(),
    nextAt: since(),
    /** Code of the last problem, for staff. */
    problem: text(),
    deliveryTo: text(),
    deliveryState: text({ enum: ['queued', 'sent', 'refused'] }),
    deliverySmtp: text(),
    sends: smallint().notNull().default(0),
    /** Her part is over; only other systems still follow, and nobody has to wait for them. */
    trailing: boolean().notNull().default(false),
    /** Somebody dealt with it outside: it asks for nobody's attention any more. */
    attendedAt: moment(),
  },
  t => [
    uniqueIndex('movement_live_account')
      .on(t.accountId)
      .where(sql`${t.state} in ('intended', 'applying', 'delivering') and not ${t.trailing}`),
    index('movement_live').on(t.nextAt).where(sql`${t.state} in ('intended', 'applying', 'delivering')`),
    index('movement_person').on(t.personId, t.seq),
    index('movement_account').on(t.accountId, t.seq),
    index('movement_seq').on(t.seq),
    // The look-up walks one of these backwards, whatever else is asked with it.
    index('movement_kind').on(t.kind, t.seq),
    index('movement_channel').on(t.channel, t.seq),
    index('movement_member').on(t.actor, t.seq).where(sql`${t.actor} <> 'visitor'`),
    index('movement_unusual').on(t.state, t.seq).where(sql`${t.state} <> 'done'`),
    index('movement_at').on(t.intendedAt),
    index('movement_oficio').on(sql`lower(${t.oficio} ->> 'number')`).where(sql`${t.oficio} is not null`),
    index('movement_file').on(sql`(${t.oficio} ->> 'file')`).where(sql`${t.oficio} ->> 'file' is not null`),
  ],
)

/** One provider's part of an act, in the order of the institution's list. */
export const movementStep = table(
  'movement_step',
  {
    id: serial(),
    movementId: uuid()
      .notNull()
      .references(() => movement.id),
    provider: text().notNull(),
    ordinal: smallint().notNull(),
    state: text({ enum: ['waiting', 'asked', 'applied', 'failed'] }).notNull(),
    attempt: integer().notNull().default(0),
    fence: bigint({ mode: 'number' }),
    /** What came of it; of a failed one what the directory objects to. */
    outcome: text(),
    /** What the directory calls its answers, for whoever asks its support. */
    reference: text(),
    /** What a person has to do by hand, word for word; never a secret. */
    task: text(),
    at: moment(),
  },
  t => [unique('movement_step_once').on(t.movementId, t.provider)],
)

/** The bitácora: insert only, by trigger and by grant; sealed in batches. Look-ups and refusals stand here too. */
export const event = table(
  'event',
  {
    id: serial(),
    at: since(),
    kind: text().notNull(),
    movementId: uuid().references(() => movement.id),
    personId: uuid().references(() => person.id),
    actor: text().notNull(),
    channel: text().notNull(),
    origin: text(),
    /** The `x-request-id` that the log carries too. */
    reference: text(),
    detail: jsonb().$type<Record<string, unknown>>().notNull(),
  },
  t => [
    index('event_movement').on(t.movementId),
    index('event_person').on(t.personId),
    index('event_kind_at').on(t.kind, t.at),
  ],
)

/** The chain: HMAC over the digest before it and the event's canonical text, in the order of sealing. */
export const eventSeal = table('event_seal', {
  id: serial(),
  eventId: bigint({ mode: 'number' })
    .notNull()
    .unique()
    .references(() => event.id),
  digest: text().notNull(),
})

export interface VisitOption {
  id: string
  kind: string
  act: 'create' | 'reset'
  /** Masked. */
  address: string
  accountId: string | null
  /** A movement since then voids the confirmation. */
  version: number
  /** Affiliation that it stands on. */
  affiliationId: number
  /** Held in a domain where no account is made any more: hers to reset, though no post gives right to it. */
  legacy?: true
}
export interface VisitShown {
  name: string
  centre: string
  alternateEmail: string
}

/** The public flow between proof and confirmation. The cookie's opaque id is kept as a digest. */
export const visit = table(
  'visit',
  {
    id: id(),
    token: text().notNull().unique(),
    profile: text().notNull(),
    personId: uuid()
      .notNull()
      .references(() => person.id),
    /** What may be confirmed: one entry per account that this person has or may have. */
    options: jsonb().$type<VisitOption[]>().notNull(),
    /** Keys of the limiter that stand for the person, with the limits of the day; looked at again before a change. */
    counted: jsonb()
      .$type<{ key: string; limits: readonly { count: number; seconds: number }[] }[]>()
      .notNull(),
    /** What the screen shows, masked. */
    shown: jsonb().$type<VisitShown>().notNull(),
    channel: text({ enum: ['internet', 'kiosk'] }).notNull(),
    origin: text().notNull(),
    createdAt: since(),
    expiresAt: moment().notNull(),
    extensions: smallint().notNull().default(0),
    confirmedAt: moment(),
    endedAt: moment(),
  },
  t => [index('visit_expires').on(t.expiresAt)],
)

/** A machine of ours that everybody may use. Its row decides what its cookie is worth. */
export const kiosk = table('kiosk', {
  id: id(),
  name: text().notNull().unique(),
  /** Digest of what its address carries after `#`. */
  token: text().notNull().unique(),
  createdAt: since(),
  offAt: moment(),
  /** By the minute. */
  seenAt: moment(),
})

/** A one-time code to the alternate address: an HMAC, ten minutes, voided by a newer one. */
export const code = table(
  'code',
  {
    id: serial(),
    visitId: uuid()
      .notNull()
      .references(() => visit.id),
    hmac: text().notNull(),
    issuedAt: since(),
    expiresAt: moment().notNull(),
    usedAt: moment(),
    voidedAt: moment(),
  },
  t => [index('code_visit').on(t.visitId)],
)

/** A sealed link or a paper activation key: a digest, spent by a POST only. */
export const link = table(
  'link',
  {
    id: serial(),
    digest: text().notNull().unique(),
    purpose: text({ enum: ['password', 'activation', 'alert'] }).notNull(),
    accountId: uuid().references(() => account.id),
    personId: uuid()
      .notNull()
      .references(() => person.id),
    movementId: uuid().references(() => movement.id),
    issuedAt: since(),
    expiresAt: moment().notNull(),
    usedAt: moment(),
    supersededAt: moment(),
  },
  t => [index('link_account').on(t.accountId)],
)

/** A counted attempt. The key is an HMAC: nothing of the person stands here. */
export const attempt = table(
  'attempt',
  {
    id: serial(),
    key: text().notNull(),
    at: since(),
  },
  t => [index('attempt_key').on(t.key, t.at), index('attempt_at').on(t.at)],
)

/** The embedded directory: Dovecot and Postfix read it through the view `mailbox_login`. */
export const mailbox = table(
  'mailbox',
  {
    id: id(),
    local: text().notNull(),
    domain: text().notNull(),
    displayName: text().notNull(),
    /** `{ARGON2ID}` and a PHC string; null: nobody can sign in. */
    password: text(),
    /** A temporary password that nobody claimed stops working by itself. */
    passwordUntil: moment(),
    active: boolean().notNull().default(true),
    closedAt: moment(),
    quotaMb: integer().notNull(),
    /** The account this entry was made for: an ambiguous creation is settled by it. */
    marker: uuid().notNull().unique(),
    fence: bigint({ mode: 'number' }).notNull(),
    changedAt: since(),
  },
  t => [
    uniqueIndex('mailbox_address').on(t.local, t.domain).where(sql`${t.closedAt} is null`),
    check('mailbox_lower', sql`${t.local} = lower(${t.local}) and ${t.domain} = lower(${t.domain})`),
  ],
)

/** Somebody of the staff. Her password is a PHC string; the seed of her codes is sealed with a key of ours. */
export const member = table(
  'member',
  {
    id: id(),
    /** An e-mail address in lower case. */
    login: text().notNull().unique(),
    name: text().notNull(),
    roles: text().array().notNull(),
    /** `level:…`, `municipality:…`, `domain:…` or `centre:…`; none: everywhere. */
    units: text().array().notNull(),
    /** Who she is in the padrón: nobody acts on an account of her own. */
    personId: uuid().references(() => person.id),
    /** Who says that it is her. */
    source: text({ enum: ['local', 'directory', 'oidc'] }).notNull(),
    /** What she is called there: a DN, or `issuer subject`. */
    subject: text().unique(),
    password: text(),
    passwordAt: moment(),
    /** Somebody else made it: she chooses her own before anything else is open to her. */
    passwordGiven: boolean().notNull().default(false),
    /** Sealed; null until she has shown that she can make a code. */
    totp: text(),
    /** Step of the last code taken: none works twice. */
    totpStep: bigint({ mode: 'number' }).notNull().default(0),
    createdAt: since(),
    offAt: moment(),
  },
  t => [check('member_login_lower', sql`${t.login} = lower(${t.login})`)],
)

/** A passkey of a member: the public half. */
export const passkey = table(
  'passkey',
  {
    id: id(),
    memberId: uuid()
      .notNull()
      .references(() => member.id),
    credential: text().notNull().unique(),
    publicKey: text().notNull(),
    counter: bigint({ mode: 'number' }).notNull(),
    transports: text().array().notNull(),
    name: text().notNull(),
    createdAt: since(),
    usedAt: moment(),
  },
  t => [index('passkey_member').on(t.memberId)],
)

/** A printed code for who lost her second factor: a digest, once. */
export const recoveryCode = table(
  'recovery_code',
  {
    id: serial(),
    memberId: uuid()
      .notNull()
      .references(() => member.id),
    digest: text().notNull().unique(),
    usedAt: moment(),
    voidedAt: moment(),
  },
  t => [index('recovery_code_member').on(t.memberId)],
)

/** Between the first half of a sign-in and the second, or of a registration: once, ten minutes. */
export const challenge = table('challenge', {
  id: id(),
  /** Digest of what the browser holds. */
  token: text().notNull().unique(),
  purpose: text({ enum: ['second-factor', 'passkey', 'oidc', 'own-factor'] }).notNull(),
  memberId: uuid().references(() => member.id),
  /** What the answer is compared with; never a password. */
  expects: jsonb().$type<Record<string, unknown>>().notNull(),
  expiresAt: moment().notNull(),
  usedAt: moment(),
})

/** A member signed in. The cookie's opaque id is kept as a digest; the row decides. */
export const staffSession = table(
  'staff_session',
  {
    id: id(),
    token: text().notNull().unique(),
    memberId: uuid()
      .notNull()
      .references(() => member.id),
    createdAt: since(),
    /** Last request of hers. */
    seenAt: since(),
    expiresAt: moment().notNull(),
    endedAt: moment(),
    /** When she last proved who she is. */
    provenAt: since(),
    /** How: nothing else is believed about her second factor. */
    factor: text({ enum: ['totp', 'passkey', 'recovery', 'provider'] }).notNull(),
    address: text().notNull(),
    browser: text().notNull(),
  },
  t => [index('staff_session_member').on(t.memberId).where(sql`${t.endedAt} is null`)],
)

/** An act that waits for a second person. */
export const approval = table(
  'approval',
  {
    id: id(),
    /** The deed that was asked for. */
    deed: text().notNull(),
    accountId: uuid().references(() => account.id),
    personId: uuid().references(() => person.id),
    /** The act's own words; never a secret. */
    ask: jsonb().$type<Record<string, unknown>>().notNull(),
    state: text({ enum: ['open', 'approved', 'rejected', 'expired'] })
      .notNull()
      .default('open'),
    askedBy: uuid()
      .notNull()
      .references(() => member.id),
    at: since(),
    decidedBy: uuid().references(() => member.id),
    decidedAt: moment(),
    why: text(),
    movementId: uuid().references(() => movement.id),
  },
  t => [
    index('approval_open').on(t.at).where(sql`${t.state} = 'open'`),
    uniqueIndex('approval_once').on(t.deed, t.accountId).where(sql`${t.state} = 'open'`),
  ],
)

/** An alternate address on its way, at the counter or vouched for by a director. */
export const contactChange = table(
  'contact_change',
  {
    id: id(),
    personId: uuid()
      .notNull()
      .references(() => person.id),
    address: text().notNull(),
    /** How it was made sure who asks, in words. */
    check: text().notNull(),
    reason: text().notNull(),
    vouched: boolean().notNull(),
    state: text({ enum: ['code-sent', 'waiting-approval', 'done', 'rejected', 'replaced'] }).notNull(),
    codeHmac: text(),
    codeExpiresAt: moment(),
    askedBy: uuid()
      .notNull()
      .references(() => member.id),
    at: since(),
    verifiedAt: moment(),
    decidedBy: uuid().references(() => member.id),
    decidedAt: moment(),
    movementId: uuid().references(() => movement.id),
  },
  t => [
    uniqueIndex('contact_change_open')
      .on(t.personId)
      .where(sql`${t.state} in ('code-sent', 'waiting-approval')`),
  ],
)

/** A scan, kept encrypted under a name of our own. */
export const file = table('file', {
  id: id(),
  /** As it came, at most 120 characters; only shown. */
  name: text().notNull(),
  type: text().notNull(),
  bytes: integer().notNull(),
  /** SHA-256 of what was kept, before it was encrypted. */
  digest: text().notNull(),
  memberId: uuid()
    .notNull()
    .references(() => member.id),
  at: since(),
  /** Part of a movement, a letter or a request; what nothing refers to is swept away. */
  usedAt: moment(),
  purgedAt: moment(),
})

/** The last number given in a register of letters: no gaps, for it is taken with the letter itself. */
export const series = table(
  'series',
  {
    id: serial(),
    area: text().notNull(),
    year: integer().notNull(),
    last: integer().notNull(),
  },
  t => [unique('series_once').on(t.area, t.year)],
)

/** Each version of a letter's wording that was ever in force. */
export const letterTemplate = table(
  'letter_template',
  {
    id: serial(),
    letter: text().notNull(),
    version: text().notNull(),
    words: jsonb().$type<Record<string, unknown>>().notNull(),
    from: since(),
  },
  t => [unique('letter_template_once').on(t.letter, t.version)],
)

/** A letter of ours. Whatever it says stands in its row, so that it can be drawn again exactly; never a password. */
export const oficio = table(
  'oficio',
  {
    id: id(),
    /** `O-2026-XXXXXX`: what its QR leads to. */
    folio: text().notNull().unique(),
    letter: text().notNull(),
    templateId: bigint({ mode: 'number' })
      .notNull()
      .references(() => letterTemplate.id),
    state: text({ enum: ['issued', 'sent', 'acknowledged', 'void'] }).notNull(),
    area: text().notNull(),
    year: integer().notNull(),
    /** Null where the number comes from a register of the institution's own. */
    ordinal: integer(),
    /** As it is written on the letter. */
    number: text().notNull(),
    movementId: uuid().references(() => movement.id),
    accountId: uuid().references(() => account.id),
    /** Everything that is drawn. */
    content: jsonb().$type<Record<string, unknown>>().notNull(),
    memberId: uuid()
      .notNull()
      .references(() => member.id),
    at: since(),
    sentAt: moment(),
    acknowledgedAt: moment(),
    acknowledgedBy: text(),
    acknowledgedOn: date(),
    fileId: uuid().references(() => file.id),
  },
  t => [
    uniqueIndex('oficio_number').on(t.area, t.year, t.number),
    index('oficio_movement').on(t.movementId),
    index('oficio_account').on(t.accountId),
    index('oficio_at').on(t.at),
    index('oficio_file').on(t.fileId),
  ],
)

/** A look-up that a member gave a name. */
export const savedView = table(
  'saved_view',
  {
    id: id(),
    memberId: uuid()
      .notNull()
      .references(() => member.id),
    name: text().notNull(),
    /** As it stands in the address. */
    query: text().notNull(),
    at: since(),
  },
  t => [unique('saved_view_once').on(t.memberId, t.name)],
)
