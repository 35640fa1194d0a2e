import { stamp } from '../words/dates.ts'
import { useInstitution } from './institution.ts'
import { useSay } from './say.ts'

/** «22 nov 2026 · 10:42 h» where the institution is; in a narrow column it breaks between day and hour alone. */
export function useStamp() {
  const say = useSay()
  const { timeZone } = useInstitution()
  return (iso: string) =>
    stamp(say, iso, timeZone).replaceAll(' ', '\u00A0').replace('\u00A0·\u00A0', '\u00A0· ')
}
