import { useInstitution } from './institution.ts'
import { useJourney } from './journey.ts'
import { profileScreens } from './profiles.ts'

/** From a later step to the fields of the person's profile; to the start where a reload forgot it. */
export function useWayBack() {
  const journey = useJourney()
  return profileScreens(useInstitution()).find(({ name }) => name === journey.profile)?.path ?? '/'
}
