const local = /^[A-Za-z0-9_#$&'*+/=?^{}~-]+(\.[A-Za-z0-9_#$&'*+/=?^{}~-]+)*$/
const domain = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(xn--[a-z0-9-]{1,59}|[a-z]{2,63})$/

/**
 * One plain address, or null: no second address, quotes, comments, groups, routes (`%`, `!`) or anything but ASCII.
 * The local part stays as it came, the domain comes back in lower case.
 */
export function strictAddress(text: string): string | null {
  const at = text.lastIndexOf('@')
  const [before, after] = [text.slice(0, at), text.slice(at + 1).toLowerCase()]
  if (at < 1 || before.length > 64 || text.length > 254) return null
  return local.test(before) && domain.test(after) ? `${before}@${after}` : null
}

/** Who our mails come from: `Name <address>` or an address alone; null when it is neither. */
export function senderOf(mailFrom: string): { name: string; address: string } | null {
  const named = /^\s*"?([^"<>@\p{Cc}]*?)"?\s*<([^<>]+)>\s*$/u.exec(mailFrom)
  const address = strictAddress(named?.[2] ?? mailFrom.trim())
  return address === null ? null : { name: named?.[1]?.trim() ?? '', address }
}
