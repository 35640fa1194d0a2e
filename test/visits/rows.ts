import type { House, Person } from '../house.ts'

interface MovementRow {
  id: string
  folio: string
  kind: string
  state: string
  account: string
}

/** Her movements, oldest first. */
export const movementsOf = (h: House, person: Person) =>
  h.look<MovementRow>(
    `select id, folio, kind, state, account_id as account from movement where person_id = '${person.id}' order by seq`,
  )

/** The address of the account she holds now; undefined where she has none. */
export async function addressOf(h: House, person: Person, kind = 'personal'): Promise<string | undefined> {
  const [row] = await h.look<{ address: string }>(
    `select a.local || '@' || a.domain as address from holding h join address a on a.account_id = h.account_id and a.role = 'primary'
     where h.person_id = '${person.id}' and h.kind = '${kind}' and h."to" is null`,
  )
  return row?.address
}

/** Moves what was handed out for her accounts into the past, so that another reset may be asked for. */
export async function longAgo(h: House, person: Person, ago = '20 minutes'): Promise<void> {
  for (const table of ['credential_issue', 'link'])
    await h.look(
      `update ${table} set issued_at = issued_at - interval '${ago}'
       where account_id in (select account_id from holding where person_id = '${person.id}')`,
    )
}

/** How often a claim was compared with the padrón and refused. */
export async function refusedClaims(h: House, person: Person): Promise<number> {
  const [row] = await h.look<{ n: number }>(
    `select count(*)::int as n from event where kind = 'claim-refused' and person_id = '${person.id}'`,
  )
  return row?.n ?? 0
}

export const wrong = (person: Person) => ({
  ...person,
  claim: { ...person.claim, curt: `X${person.claim.curt?.slice(1)}` },
})

/** The code in the newest mail to her; '' where none was sent. */
export const codeFor = (h: House, { alternate }: Person): string => codesFor(h, alternate).at(-1) ?? ''

/** Every code that was mailed to this address, oldest first. */
export const codesFor = (h: House, address: string): string[] =>
  h.smtp.mails
    .filter(({ to }) => to.includes(address))
    .flatMap(({ text }) => /^Código: (.+)$/m.exec(text)?.[1] ?? [])

/** As if the codes of this person had been sent so much earlier. */
export const codesAgo = (h: House, person: Person, ago: string) =>
  h.look(
    `update code set issued_at = issued_at - interval '${ago}', expires_at = expires_at - interval '${ago}'
     where visit_id in (select id from visit where person_id = '${person.id}')`,
  )

/** As if this much time had passed for every limit. */
export const attemptsAgo = (h: House, ago: string) => h.look(`update attempt set at = at - interval '${ago}'`)
