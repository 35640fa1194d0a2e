import { told } from './facts.ts'
import { letter } from './letter.ts'

export const closureReply = letter('closure', {
  answers: ['account-closure'],
  words: {
    version: '1',
    title: 'Respuesta a una baja',
    subject: 'Baja de una cuenta de correo electrónico institucional',
    body: `La cuenta {account} quedó dada de baja el {date}. Ya no se puede entrar a ella, y su dirección queda en reserva: por ahora nadie más la recibirá.`,
  },
  facts: (ctx, facts) => told(ctx, facts, [{ name: 'Motivo', value: facts.reason }]),
})
