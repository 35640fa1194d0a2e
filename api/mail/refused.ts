/**
 * How a mail ended. `sent`: the server took it over (250). `refused`: it did not, or nobody knows; `permanent` only when the
 * server said for good that it does not want this mail for this address. `smtp` holds codes alone, never the server's text.
 */
export type Delivery =
  | { state: 'sent'; smtp: string }
  | { state: 'refused'; permanent: boolean; smtp: string }

/** What nodemailer knows of a failure. */
export interface Failure {
  code?: string | undefined
  /** The system's own: `ECONNREFUSED`, `ENOTFOUND`. */
  originalCode?: string | undefined
  command?: string | undefined
  response?: string | undefined
  responseCode?: number | undefined
}

// The server wants a sign-in or encryption: that is our setting, not the person's address.
const ours = [530, 534, 535, 538]

/** `550 5.1.1` of `550 5.1.1 <maria@example.mx> unknown`: codes may be kept, the text may name people. */
export const codesOf = (reply: string): string =>
  /^\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3})?/.exec(reply)?.[0].replace('-', ' ') ?? ''

/** The refusal that a failure amounts to. An end that leaves open whether the mail went out counts as not sent. */
export function refusalOf(failure: Failure): Delivery {
  const { code = 'UNKNOWN', originalCode = code, command = '', response = '', responseCode = 0 } = failure
  const forGood = responseCode >= 500 && responseCode < 600 && !ours.includes(responseCode)
  return {
    state: 'refused',
    permanent: forGood && (command === 'RCPT TO' || command === 'DATA'),
    // Of encryption the server's own reply says nothing, since we hang up.
    smtp: code === 'ETLS' ? code : codesOf(response) || String(responseCode || originalCode),
  }
}
