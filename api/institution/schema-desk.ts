import * as Type from 'typebox'
import { oneOf, optional } from './schema-values.ts'

/** What a staff act stands on. */
const NEEDS = ['none', 'reason', 'oficio', 'either', 'both'] as const
export type Needs = (typeof NEEDS)[number]

/** Acts of staff that may ask for an oficio, a reason or a second person. */
const DESK_ACTS = ['create', 'reset', 'reassign', 'block', 'unblock', 'close', 'reopen'] as const
export type DeskAct = (typeof DESK_ACTS)[number]

const needs = oneOf(NEEDS, 'Qué exige: nada, motivo, oficio, uno de los dos, o los dos')

/** By act; also for one kind of account, over what the desk says. */
export const Requires = optional(
  Object.fromEntries(DESK_ACTS.map(act => [act, needs])) as Record<DeskAct, typeof needs>,
  'Qué exige cada acto del personal',
)

/** Accepted for an account when staff make it; the movement keeps the version. */
const Policy = optional(
  {
    version: Type.String({ minLength: 1, maxLength: 40, description: 'Versión; queda en el movimiento' }),
    text: Type.String({ minLength: 1, maxLength: 2000, description: 'Lo que la persona acepta' }),
  },
  'Política de uso que acepta quien responde por la cuenta',
)

export const Desk = optional(
  {
    helpdeskResets: Type.Boolean({
      description: 'La mesa de ayuda puede restablecer contraseñas; no, mientras no se diga otra cosa',
    }),
    requires: Requires,
    approvals: Type.Array(oneOf([...DESK_ACTS, 'alternate-email'], 'Acto'), {
      uniqueItems: true,
      description: 'Actos que una segunda persona debe aprobar',
    }),
    slip: Type.Boolean({
      description:
        'Al crear o restablecer se puede imprimir, una sola vez, una hoja con los datos de acceso; no, mientras no se diga otra cosa',
    }),
    policy: Policy,
  },
  'El escritorio del personal',
)
