import type { listKinds } from '@mci/api/accounts/desk-contract'
import type { findCentres, readPerson } from '@mci/api/contacts/contract'
import { reactive, shallowReactive } from 'vue'
import { Refused } from '../../api.ts'
import { ask } from '../ask.ts'
import type { Person } from '../people/people.ts'
import type { Centre, Chosen, CreateForm, Kind } from './create.ts'

const nobody = (error: unknown) => {
  if (error instanceof Refused && error.problem.code === 'not-found') return undefined
  throw error
}

/** What a draft names by its key alone is asked for again. */
export function useChosen(form: CreateForm) {
  const chosen = shallowReactive<Chosen>({
    kind: undefined,
    centre: undefined,
    person: undefined,
    tried: undefined,
  })
  const kinds = reactive<Kind[]>([])
  const setKind = (kind: string) => {
    chosen.kind = kinds.find(one => one.kind === kind)
  }
  async function begin() {
    kinds.splice(0, kinds.length, ...(await ask<typeof listKinds>('GET /api/accounts/kinds', {})))
    setKind(form.kind)
    if (form.person && !chosen.person)
      chosen.person = await ask<typeof readPerson>('GET /api/persons/:id', { id: form.person }).catch(nobody)
    if (form.cct && !chosen.centre) {
      const { centres } = await ask<typeof findCentres>('GET /api/centres', { q: form.cct })
      chosen.centre = centres.find(({ cct }) => cct === form.cct)
    }
    return kinds
  }
  const setCentre = (centre: Centre) => {
    chosen.centre = centre
    form.cct = centre.cct
  }
  const setPerson = (person: Person) => {
    chosen.person = person
    form.person = person.id
  }
  function forget() {
    Object.assign(chosen, { centre: undefined, person: undefined, tried: undefined })
  }
  return { chosen, kinds, begin, setKind, setCentre, setPerson, forget }
}
