import { told } from './facts.ts'
import { letter } from './letter.ts'

export const resetReply = letter('reset', {
  answers: ['password-reset', 'activation-key-issue', 'link-issue'],
  words: {
    version: '1',
    title: 'Respuesta a un restablecimiento',
    subject: 'Restablecimiento de la contraseña de una cuenta institucional',
    body: `La contraseña de la cuenta {account} se restableció el {date}. La contraseña anterior ya no sirve.

Los datos para entrar se enviaron al correo registrado de la persona responsable. Por seguridad, este oficio no los contiene.`,
  },
  facts: told,
})
