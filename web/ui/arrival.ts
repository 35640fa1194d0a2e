import type { InjectionKey } from 'vue'

/**
 * Where a page leaves its title: the server reads it after rendering. `first` is true until the first page stands, for
 * the browser places the focus there by itself.
 */
export interface Arrival {
  title: string
  first: boolean
}
export const ARRIVAL: InjectionKey<Arrival> = Symbol('arrival')
