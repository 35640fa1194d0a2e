import { ConfigProblem } from '../config.ts'
import type { Context } from '../context.ts'
import type { Finding } from '../providers/finding.ts'
import { glanceDirectory } from './directory.ts'
import { glanceMail, mailAskOf } from './mail.ts'

/** What only the settings can mend: with these nobody is ever served. What may pass by itself is none of them. */
const refused = new Set(['bind', 'base', 'tls-chain', 'tls-name', 'starttls', 'sign-in'])

export interface Watch {
  /** By subject, `undefined` where it is well. */
  faults(): ReadonlyMap<string, Finding | undefined>
  stop(): void
}

/** What the service leans on, by the name that an operator knows it by. */
function subjects(ctx: Context): Map<string, () => AsyncIterable<Finding>> {
  const { config, institution } = ctx
  const mail = config.mode === 'demo' ? undefined : mailAskOf(config)
  const holding = Object.keys(institution.providers)
  return new Map<string, () => AsyncIterable<Finding>>([
    ...(mail ? [['SMTP_URL', () => glanceMail(mail)] as const] : []),
    ...holding.map(name => [name, () => glanceDirectory(institution, name)] as const),
  ])
}

async function firstFault(findings: AsyncIterable<Finding>): Promise<Finding | undefined> {
  for await (const finding of findings) if (finding.ok === 'no') return finding
  return undefined
}

/** The reduced form of `mci doctor`: refuses to start where only the settings can mend it, then looks again and again. */
export async function openWatch(ctx: Context): Promise<Watch> {
  const looks = subjects(ctx)
  const known = new Map<string, Finding | undefined>()
  const lookAtAll = () =>
    Promise.all(
      [...looks].map(async ([subject, look]) => {
        const fault = await firstFault(look())
        tell(ctx, subject, known.get(subject), fault)
        known.set(subject, fault)
      }),
    )
  await lookAtAll()
  for (const [subject, fault] of known)
    if (fault && refused.has(fault.check))
      throw new ConfigProblem(`${settingOf(subject)}: ${fault.says}. ${fault.mend}`)
  let next: NodeJS.Timeout | undefined
  const { watchSeconds, faultSeconds } = ctx.pace
  const again = () => {
    const well = [...known.values()].every(fault => fault === undefined)
    next = setTimeout(
      () => void lookAtAll().finally(again),
      (well ? watchSeconds : faultSeconds) * 1000,
    ).unref()
  }
  again()
  return { faults: () => known, stop: () => clearTimeout(next) }
}

const settingOf = (subject: string) =>
  subject === 'SMTP_URL' ? subject : `INSTITUTION: providers.${subject}`

/** Once when it begins and once when it is over. */
function tell({ log }: Context, subject: string, before: Finding | undefined, now: Finding | undefined) {
  if (now && before?.check !== now.check) log.error({ subject, check: now.check }, 'doctor')
  if (before && !now) log.info({ subject, check: before.check }, 'doctor: well again')
}
