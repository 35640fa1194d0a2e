import { esMX } from './es-MX.ts'
import { deskWords } from './staff/desk.ts'
import { frameWords } from './staff/frame.ts'
import { memberWords } from './staff/members.ts'
import { movementWords } from './staff/movements.ts'
import { refusalWords } from './staff/refusals.ts'
import { signInWords } from './staff/sign-in.ts'

/**
 * Every sentence of the staff's screens; they are in Spanish only, for those who work here do. A room's sentences stand
 * in a file of their own below `staff/`.
 */
export const staffWords = {
  ...frameWords,
  ...signInWords,
  ...memberWords,
  ...deskWords,
  ...movementWords,
  ...refusalWords,
} as const satisfies Record<string, string>

/** With those of the public site, which staff screens say too. */
export const staffEsMX = { ...esMX, ...staffWords } as const
