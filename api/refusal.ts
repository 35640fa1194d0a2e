/** The expected «no». Sentences live in the web's and the mail's words; the code is what everybody branches on. */
export class Refusal extends Error {
  readonly code: string
  readonly status: number
  /** Members beside `code` in the reply; only what this person may see. */
  readonly more: Record<string, unknown>
  /** Seconds for `Retry-After`. */
  readonly retryAfter: number | undefined

  constructor(code: string, status: number, more: Record<string, unknown> = {}, retryAfter?: number) {
    super(code)
    this.name = 'Refusal'
    this.code = code
    this.status = status
    this.more = more
    this.retryAfter = retryAfter
  }
}
