import { esMX } from './es-MX.ts'
import { accountWords } from './staff/accounts.ts'
import { createWords } from './staff/create.ts'
import { decisionWords } from './staff/decisions.ts'
import { deskWords } from './staff/desk.ts'
import { frameWords } from './staff/frame.ts'
import { groundsWords } from './staff/grounds.ts'
import { memberWords } from './staff/members.ts'
import { movementWords } from './staff/movements.ts'
import { oficioWords } from './staff/oficios.ts'
import { peopleWords } from './staff/people.ts'
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
  ...accountWords,
  ...createWords,
  ...decisionWords,
  ...groundsWords,
  ...oficioWords,
  ...peopleWords,
  ...refusalWords,
} as const satisfies Record<string, string>

/** With those of the public site, which staff screens say too. */
export const staffEsMX = { ...esMX, ...staffWords } as const
