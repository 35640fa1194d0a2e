import { longDay } from './dates.ts'
import { told } from './facts.ts'
import { letter } from './letter.ts'

/** Whoever is blocked gets nothing to sign in with. */
export const blockReply = letter('block', {
  answers: ['account-blocked'],
  words: {
    version: '1',
    title: 'Respuesta a un bloqueo',
    subject: 'Bloqueo de una cuenta de correo electrónico institucional',
    body: `La cuenta {account} quedó bloqueada el {date}. Nadie puede entrar a ella mientras siga así; su contenido se conserva.

Para desbloquearla hace falta una nueva solicitud.`,
  },
  facts: (ctx, facts) =>
    told(ctx, facts, [
      { name: 'Motivo', value: facts.reason },
      {
        name: 'Bloqueada hasta',
        value: facts.blockedUntil ? longDay(facts.blockedUntil, ctx.institution.timeZone) : '',
      },
    ]),
})
