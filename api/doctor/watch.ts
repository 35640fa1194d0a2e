import { ConfigProblem } from '../config.ts'
import type { Context } from '../context.ts'
import { about, type Finding } from '../providers/finding.ts'
import { glanceDirectory } from './directory.ts'
import { glanceMail, mailAskOf } from './mail.ts'

/** What only the settings can mend: with these nobody is ever served. What may pass by itself is none of them. */
const refused = new Set(['bind', 'base', 'tls-chain', 'tls-name', 'starttls', 'sign-in'])

export interface Watch {
  /** By subject, `undefined` where it is well. */
  faults(): ReadonlyMap<string, Finding | undefined>
  stop(): void
}

/** What the service leans on, by the name that an operator knows it by; a directory that no kind of account is in is none of it. */
function subjects(ctx: Context): Map<string, () => AsyncIterable<Finding>> {
  const { config, institution } = ctx
  const mail = config.mode === 'demo' ? undefined : mailAskOf(config)
  return new Map<string, () => AsyncIterable<Finding>>([
    ...(mail ? [['SMTP_URL', () => glanceMail(mail)] as const] : []),
    ...[...new Set(institution.accounts.flatMap(({ provider }) => provider))].map(
      name => [name, () => glanceDirectory(institution, name)] as const,
    ),
  ])
}

async function firstFault(subject: string, findings: AsyncIterable<Finding>): Promise<Finding | undefined> {
  try {
    for await (const finding of findings) if (finding.ok === 'no') return finding
    return undefined
  } catch (error) {
    // What nobody foresaw is a fault of that neighbour, never the end of the service.
    return about(subject).no('answer', `no se pudo revisar (${(error as Error).name})`)
  }
}

/** The reduced form of `mci doctor`: refuses to start where only the settings can mend it, then looks again and again. */
export async function openWatch(ctx: Context): Promise<Watch> {
  const looks = subjects(ctx)
  const known = new Map<string, Finding | undefined>()
  const lookAtAll = () =>
    Promise.all(
      [...looks].map(async ([subject, look]) => {
        const fault = await firstFault(subject, look())
        tell(ctx, subject, known.get(subject), fault)
        known.set(subject, fault)
        ctx.services.set(subject, fault === undefined)
      }),
    )
  await lookAtAll()
  for (const [subject, fault] of known)
    if (fault && refused.has(fault.check) && isNeeded(ctx, subject))
      throw new ConfigProblem(`${settingOf(subject)}: ${fault.says}. ${fault.mend}`)
  let next: NodeJS.Timeout | undefined
  let stopped = false
  const { watchSeconds, faultSeconds } = ctx.pace
  const again = () => {
    if (stopped) return
    const well = [...known.values()].every(fault => fault === undefined)
    next = setTimeout(
      () => void lookAtAll().finally(again),
      (well ? watchSeconds : faultSeconds) * 1000,
    ).unref()
  }
  again()
  const stop = () => {
    stopped = true
    clearTimeout(next)
  }
  return { faults: () => known, stop }
}

/** What only follows holds nobody up: its fault is told and the page is open. */
const isNeeded = ({ institution }: Context, subject: string) =>
  subject === 'SMTP_URL' || institution.accounts.some(({ provider }) => provider[0] === subject)

const settingOf = (subject: string) =>
  subject === 'SMTP_URL' ? subject : `INSTITUTION: providers.${subject}`

/** Once when it begins and once when it is over. */
function tell({ log }: Context, subject: string, before: Finding | undefined, now: Finding | undefined) {
  if (now && before?.check !== now.check) log.error({ subject, check: now.check }, 'doctor')
  if (before && !now) log.info({ subject, check: before.check }, 'doctor: well again')
}
