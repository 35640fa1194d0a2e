import { watch } from 'vue'
import { useRoute } from 'vue-router'

const OWNER = 'mci-draft-of'
const PREFIX = 'mci-draft '

/** What was begun and not sent, in this window alone; a password, a code or whole personal data are never handed in here. */
export function useDraft<F extends object, K extends keyof F & string>(
  form: F,
  keys: readonly K[],
  /** Of a form whose steps have addresses of their own. */
  called = useRoute().fullPath,
) {
  const name = PREFIX + called
  const kept = sessionStorage.getItem(name)
  const found = kept === null ? undefined : (JSON.parse(kept) as Pick<F, K>)
  if (found) for (const key of keys) if (key in found) form[key] = found[key]
  const stop = watch(
    () => JSON.stringify(Object.fromEntries(keys.map(key => [key, form[key]]))),
    text => sessionStorage.setItem(name, text),
  )
  return {
    /** Something was found that she had begun. */
    restored: found !== undefined,
    /** It was sent, or given up. */
    drop() {
      stop()
      sessionStorage.removeItem(name)
    },
  }
}

const names = () => Object.keys(sessionStorage).filter(name => name.startsWith(PREFIX))

export function dropDrafts() {
  for (const name of [...names(), OWNER]) sessionStorage.removeItem(name)
}

/** Who signs in finds what she herself began, and nothing of anybody else's. */
export function keepDraftsOf(member: string) {
  if (sessionStorage.getItem(OWNER) !== member) dropDrafts()
  sessionStorage.setItem(OWNER, member)
}

export const hasDrafts = () => names().length > 0
