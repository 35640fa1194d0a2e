import { told } from './facts.ts'
import { letter } from './letter.ts'

export const reassignmentReply = letter('reassignment', {
  answers: ['account-reassignment'],
  words: {
    version: '1',
    title: 'Respuesta a una reasignación',
    subject: 'Reasignación de una cuenta de correo electrónico institucional',
    body: `La cuenta {account} quedó reasignada el {date}. Desde esa fecha responde por ella {holder}. La contraseña anterior ya no sirve.

Los datos para entrar se enviaron al correo registrado de la persona responsable. Por seguridad, este oficio no los contiene.`,
  },
  facts: (ctx, facts) => told(ctx, facts, [{ name: 'Responsable anterior', value: facts.previousHolder }]),
})
