const NAME = 'mci-way-back'
const isOurs = (path: unknown): path is string => typeof path === 'string' && /^\/(?!\/)/.test(path)

/** A page of ours to go on to, or the first one. */
export const wayBack = (path: unknown): string => (isOurs(path) ? path : '/')

/** Kept in this window while her browser is with the institution's provider. */
export const keepWayBack = (path: unknown): void => sessionStorage.setItem(NAME, wayBack(path))

export function takeWayBack(): string {
  const kept = sessionStorage.getItem(NAME)
  sessionStorage.removeItem(NAME)
  return wayBack(kept)
}
