/** Did this unique index or constraint say no? Drivers name it differently. */
export function violates(error: unknown, constraint: string): boolean {
  const cause = (error as { cause?: { code?: string; constraint?: string; constraint_name?: string } })?.cause
  return cause?.code === '23505' && (cause.constraint ?? cause.constraint_name) === constraint
}

/** The drivers wrap what the database or the line said; one of those codes fits. */
function carries(error: unknown, code: RegExp): boolean {
  for (let e = error as { code?: string; cause?: unknown } | undefined; e; e = e.cause as typeof e)
    if (code.test(e.code ?? '')) return true
  return false
}

/** A text that no table takes: half a character, or the sign that ends texts. */
export const isUnstorable = (error: unknown): boolean => carries(error, /^(22021|22P05)$/)

/** No way there, shutting down, starting, full, read-only after a switch, too slow, or two acts in each other's way. */
const passing =
  /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CONNECT|57P0|57014|08|53|25006|40001|40P01|55P03)/

/** Is the database out of reach for the moment, rather than unhappy with what was asked? */
export const isUnreachable = (error: unknown): boolean => carries(error, passing)

/** Two waited for each other and the database chose this one to begin again. */
export const isDeadlock = (error: unknown): boolean => carries(error, /^40P01$/)
