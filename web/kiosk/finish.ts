import { useRouter } from 'vue-router'
import { useJourney } from './journey.ts'
import { useStation } from './station.ts'

/** «Terminar», «No soy yo»: to the start, with nothing kept here nor on the service. */
export function useFinish() {
  const router = useRouter()
  const journey = useJourney()
  const station = useStation()
  if (station) return station.wipe
  return async () => {
    // Before moving, for the start may be the very form that keeps them; the rest after, for this page shows it.
    journey.profile = ''
    journey.claim = {}
    await router.push('/')
    await journey.leave()
  }
}
