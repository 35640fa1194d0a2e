import { told } from './facts.ts'
import { letter } from './letter.ts'

export const creationReply = letter('creation', {
  answers: ['account-creation', 'account-reopening'],
  words: {
    version: '1',
    title: 'Respuesta a una creación',
    subject: 'Creación de una cuenta de correo electrónico institucional',
    body: `La cuenta de correo electrónico institucional {account} está disponible desde el {date}.

Los datos para entrar se enviaron al correo registrado de la persona responsable. Por seguridad, este oficio no los contiene.`,
  },
  facts: told,
})
