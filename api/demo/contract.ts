import * as Type from 'typebox'
import { route } from '../route.ts'

export const getDemo = route({
  method: 'GET',
  path: '/api/demo',
  may: 'anyone',
  about: 'Solo en la demostración: identidades de muestra, personal y correos enviados.',
  reply: Type.Object({
    identities: Type.Array(
      Type.Object({
        profile: Type.String(),
        claim: Type.Record(Type.String(), Type.String()),
        /** `create`, `reset` or the code of a refusal. */
        expect: Type.String(),
        /** Who has more than one account to choose from, or an account of a former domain. */
        note: Type.Optional(Type.Union([Type.Literal('several'), Type.Literal('legacy')])),
      }),
    ),
    members: Type.Array(
      Type.Object({
        login: Type.String(),
        password: Type.String(),
        totpSecret: Type.String(),
        roles: Type.Array(Type.String()),
      }),
    ),
    mails: Type.Array(
      Type.Object({ to: Type.String(), subject: Type.String(), text: Type.String(), at: Type.String() }),
    ),
  }),
})
