import * as Type from 'typebox'
import { Done, Movement, Waiting } from '../movements/contract.ts'
import { closed, Day, Line, Moment, OficioRef, orNull, route, Uuid } from '../route.ts'

const Id = Type.Object({ id: Uuid })
const AccountState = Type.Enum(['pending', 'active', 'blocked', 'closed'])

/** What an act stands on: which of the two must be there is the institution's. */
const grounds = {
  oficio: Type.Optional(OficioRef),
  reason: Type.Optional(Line),
}
/** Print what signs in, once; else it only goes by mail. */
const slip = Type.Optional(Type.Boolean())
/** An act that a second person must approve first answers `Waiting`. */
const Answer = Type.Union([Done, Waiting])

export const Holder = Type.Object({
  id: Uuid,
  name: Type.String(),
  /** Masked. */
  curp: Type.String(),
  /** Of her affiliations that stand: `06DPR0104X`. */
  centres: Type.Array(Type.String()),
  active: Type.Boolean(),
  /** Masked; null where she has none. */
  alternateEmail: orNull(Type.String()),
})

export const Found = Type.Object({
  id: Uuid,
  address: Type.String(),
  kind: Type.String(),
  /** What people call the kind. */
  label: Type.String(),
  state: AccountState,
  unit: Type.String(),
  holder: orNull(Type.Object({ id: Uuid, name: Type.String() })),
})

export const findAccounts = route({
  method: 'GET',
  path: '/api/accounts',
  may: 'account.find',
  about: 'Busca por CURP, CURT, CCT, número de control, nombre, cuenta o folio.',
  query: Type.Object({ q: Type.String({ minLength: 1, maxLength: 320 }) }, closed),
  reply: Type.Object({
    /** One exact key, one account: its page is what was looked for. */
    exact: orNull(Uuid),
    accounts: Type.Array(Found),
    /** Those who hold none. */
    persons: Type.Array(Holder),
    /** There are more: be more exact. */
    more: Type.Boolean(),
  }),
})

export const Act = Type.Enum(['reset', 'reassign', 'block', 'unblock', 'close', 'reopen', 'activation-key'])

export const readAccount = route({
  method: 'GET',
  path: '/api/accounts/:id',
  may: 'account.find',
  about: 'Una cuenta: de quién es, en qué estado está, qué se puede hacer con ella y su historia.',
  params: Id,
  reply: Type.Object({
    id: Uuid,
    address: Type.String(),
    kind: Type.String(),
    label: Type.String(),
    /** It stands for a unit: who holds it may change. */
    shared: Type.Boolean(),
    state: AccountState,
    unit: Type.String(),
    unitName: Type.String(),
    createdAt: Moment,
    blockedUntil: orNull(Moment),
    closedAt: orNull(Moment),
    /** Until when a closed one can be opened again. */
    reopenUntil: orNull(Moment),
    holder: orNull(Holder),
    /** Does mail keep arriving while it is blocked? As its directory does it. */
    mailWhileBlocked: Type.Boolean(),
    directories: Type.Array(
      Type.Object({
        provider: Type.String(),
        seenAs: Type.String(),
        authority: Type.Boolean(),
        observedAt: Moment,
        drift: Type.String(),
        /** As the directory says, where it does. */
        lastSignIn: orNull(Moment),
      }),
    ),
    holdings: Type.Array(
      Type.Object({
        person: Type.Object({ id: Uuid, name: Type.String() }),
        as: Type.Union([Type.Literal('holder'), Type.Literal('responsible')]),
        from: Moment,
        to: orNull(Moment),
        reason: orNull(Type.String()),
        oficio: orNull(OficioRef),
      }),
    ),
    movements: Type.Array(Movement),
    letters: Type.Array(Type.Object({ id: Uuid, number: Type.String(), state: Type.String(), at: Moment })),
    /** By its state and this member's roles; each with what the institution asks for it. */
    acts: Type.Array(
      Type.Object({
        act: Act,
        needs: Type.Enum(['none', 'reason', 'oficio', 'either', 'both']),
        /** A second person must approve. */
        approval: Type.Boolean(),
        /** A sheet may be printed. */
        slip: Type.Boolean(),
      }),
    ),
    /** Acts of another member that wait for a second person. */
    waiting: Type.Array(Type.Object({ approval: Uuid, deed: Type.String(), by: Type.String(), at: Moment })),
  }),
})

export const listKinds = route({
  method: 'GET',
  path: '/api/accounts/kinds',
  may: 'account.create',
  about: 'Los tipos de cuenta que se pueden crear aquí y lo que cada uno pide.',
  reply: Type.Array(
    Type.Object({
      kind: Type.String(),
      label: Type.String(),
      domain: Type.String(),
      /** Whom it is made for. */
      for: Type.Enum(['worker', 'student', 'graduate', 'centre', 'programme', 'appointment']),
      /** Somebody writes its name, without domain. */
      named: Type.Boolean(),
      needs: Type.Enum(['none', 'reason', 'oficio', 'either', 'both']),
      slip: Type.Boolean(),
      /** Of official use, as it stands today; null where the institution has none. */
      policy: orNull(Type.Object({ version: Type.String(), text: Type.String() })),
    }),
  ),
})

export const tryAddress = route({
  method: 'GET',
  path: '/api/accounts/addresses',
  may: 'account.create',
  about: 'Cómo quedaría una dirección: si está libre, de quién es, otras parecidas y tres propuestas.',
  query: Type.Object({ kind: Line, name: Type.String({ maxLength: 64 }) }, closed),
  reply: Type.Object({
    address: Type.String(),
    free: Type.Boolean(),
    /** Name of who has it, or of what it stands for. */
    takenBy: orNull(Type.String()),
    proposals: Type.Array(Type.String()),
    /** Near twins, of any domain. */
    similar: Type.Array(Type.Object({ address: Type.String(), of: Type.String() })),
  }),
})

export const foretellAddress = route({
  method: 'GET',
  path: '/api/accounts/addresses/next',
  may: 'account.create',
  about: 'La dirección que la regla del tipo daría ahora al centro o a la persona.',
  query: Type.Object({ kind: Line, centre: Type.Optional(Line), person: Type.Optional(Uuid) }, closed),
  reply: Type.Object({ address: Type.String() }),
})

export const createAtDesk = route({
  method: 'POST',
  path: '/api/accounts',
  may: 'account.create',
  about: 'Crea una cuenta de centro, servicio, función, personal, de estudiante o de persona egresada.',
  body: Type.Object(
    {
      kind: Line,
      /** Whose it is, or who answers for it; of a work centre its director, unless told. */
      person: Type.Optional(Uuid),
      /** CCT, of a work centre's account. */
      centre: Type.Optional(Type.String({ maxLength: 10 })),
      /** Programme or appointment that it stands for. */
      unit: Type.Optional(Line),
      /** Local part, without domain. */
      name: Type.Optional(Type.String({ maxLength: 64 })),
      /** Version of the policy of use that whoever answers for it accepted: the present one, or none. */
      policy: Type.Optional(Type.String({ maxLength: 40 })),
      ...grounds,
      slip,
    },
    closed,
  ),
  reply: Answer,
  status: 201,
})

export const resetAtDesk = route({
  method: 'POST',
  path: '/api/accounts/:id/password-resets',
  may: 'account.reset',
  about: 'Restablece la contraseña; los datos de acceso van al correo alterno registrado.',
  params: Id,
  body: Type.Object(
    {
      ...grounds,
      slip,
      /** How it was made sure who calls, in words. */
      check: Type.Optional(Line),
    },
    closed,
  ),
  reply: Answer,
  status: 201,
})

export const reassignAtDesk = route({
  method: 'POST',
  path: '/api/accounts/:id/reassignments',
  may: 'account.reassign',
  stepUp: true,
  about: 'Reasigna una cuenta de centro, servicio o función: otra persona responde por ella.',
  params: Id,
  body: Type.Object({ to: Uuid, ...grounds, slip }, closed),
  reply: Answer,
  status: 201,
})

export const blockAtDesk = route({
  method: 'PUT',
  path: '/api/accounts/:id/block',
  may: 'account.block',
  stepUp: true,
  about: 'Bloquea: nadie entra. Con `until`, hasta ese día.',
  params: Id,
  body: Type.Object({ ...grounds, until: Type.Optional(Day) }, closed),
  reply: Answer,
})

export const unblockAtDesk = route({
  method: 'DELETE',
  path: '/api/accounts/:id/block',
  may: 'account.unblock',
  about: 'Desbloquea: se entra otra vez con la contraseña de antes.',
  params: Id,
  body: Type.Object(grounds, closed),
  reply: Answer,
})

export const closeAtDesk = route({
  method: 'POST',
  path: '/api/accounts/:id/closure',
  may: 'account.close',
  stepUp: true,
  about: 'Cierra (baja): se quita el acceso, la dirección queda en reserva y hay un plazo para recuperarla.',
  params: Id,
  body: Type.Object({ ...grounds, confirm: Type.String({ maxLength: 320 }) }, closed),
  reply: Answer,
  status: 201,
})

export const reopenAtDesk = route({
  method: 'DELETE',
  path: '/api/accounts/:id/closure',
  may: 'account.reopen',
  about: 'Reabre una cuenta cerrada, dentro del plazo de su directorio.',
  params: Id,
  body: Type.Object({ ...grounds, slip }, closed),
  reply: Answer,
})

/** A key on paper, for who reads no mail; in place of every key and link of before. */
export const issueKeyAtDesk = route({
  method: 'POST',
  path: '/api/accounts/:id/activation-keys',
  may: 'account.reset',
  about: 'Entrega en papel una clave de activación, una sola vez.',
  params: Id,
  body: Type.Object(grounds, closed),
  reply: Done,
  status: 201,
})

/** Shared accounts whose holder is in no padrón any more. */
export const listOrphans = route({
  method: 'GET',
  path: '/api/accounts/orphans',
  may: 'account.find',
  about: 'Cuentas de centro, servicio o función cuya persona responsable ya no está en el padrón.',
  reply: Type.Array(Type.Object({ ...Found.properties, since: orNull(Moment) })),
})

const Approval = Type.Object({
  id: Uuid,
  deed: Type.String(),
  account: orNull(Type.Object({ id: Uuid, address: Type.String() })),
  person: orNull(Type.Object({ id: Uuid, name: Type.String() })),
  ask: Type.Record(Type.String(), Type.Unknown()),
  by: Type.String(),
  at: Moment,
  /** One's own is for another to decide. */
  mine: Type.Boolean(),
})

export const listApprovals = route({
  method: 'GET',
  path: '/api/approvals',
  may: 'approval.decide',
  about: 'Los actos que esperan a una segunda persona.',
  reply: Type.Array(Approval),
})

export const approve = route({
  method: 'POST',
  path: '/api/approvals/:id/approval',
  may: 'approval.decide',
  stepUp: true,
  about: 'Aprueba un acto de otra persona: se hace ahora.',
  params: Id,
  body: Type.Object({}, closed),
  reply: Done,
  status: 201,
})

export const reject = route({
  method: 'POST',
  path: '/api/approvals/:id/rejection',
  may: 'approval.decide',
  about: 'No aprueba un acto de otra persona, con su motivo.',
  params: Id,
  body: Type.Object({ reason: Line }, closed),
  reply: Type.Null(),
  status: 204,
})

/** A second one is for a new act: nothing that signs in is kept. */
export const drawSlipAgain = route({
  method: 'GET',
  path: '/api/movements/:folio/slip',
  may: 'account.reset',
  about: 'La hoja con los datos de acceso se entrega una sola vez, con el acto mismo: aquí siempre se niega.',
  params: Type.Object({ folio: Type.String({ pattern: '^M-\\d{4}-[A-HJ-NP-Z2-9]{6}$' }) }),
  reply: Type.Null(),
})
