import { type Component, type InjectionKey, inject, type Ref } from 'vue'

/** What only a kiosk has. It comes in files of its own (`station/`), which no phone loads. */
export interface Station {
  Start: Component
  /** Under every page: the end, more time, and the question whether somebody is still there. */
  Frame: Component
  /** In the place of every page while data are erased or the kiosk cannot serve. */
  Away: Component
  /** A key that proves: dots. */
  KeyField: Component
  phase: Readonly<Ref<'open' | 'erasing' | 'closed'>>
  /** Ends the visit and loads the start anew: of whoever was here nothing is left. */
  wipe(): Promise<void>
  /** Asks whether the service is there for this kiosk, and closes the page until it is. */
  look(): Promise<void>
  /** Has anybody touched it since it was loaded? */
  touched(): boolean
  /** Is there anything of a person in the page? */
  keeps(): boolean
}

export const STATION: InjectionKey<Station> = Symbol('station')

/** Undefined on a phone or a PC. */
export const useStation = () => inject(STATION, undefined)
