/** What a sheet calls things, as the screens do. */
const kinds: Record<string, string> = {
  'account-creation': 'Creación de cuenta',
  'password-reset': 'Restablecimiento de contraseña',
  'link-issue': 'Envío de enlace',
  'activation-key-issue': 'Entrega de clave de activación',
  'password-change': 'Cambio de contraseña por la persona',
  'password-expiry': 'Vencimiento de contraseña temporal',
  'account-blocked': 'Bloqueo de cuenta',
  'account-unblocked': 'Desbloqueo de cuenta',
  'account-closure': 'Cierre de cuenta (baja)',
  'account-reopening': 'Reapertura de cuenta',
  'account-reassignment': 'Reasignación de cuenta',
  'alternate-email-change': 'Cambio de correo alterno',
  'pause-lifted': 'Fin de la pausa del autoservicio',
}
const states: Record<string, string> = {
  intended: 'Por empezar',
  applying: 'En el directorio',
  delivering: 'Enviando el correo',
  done: 'Terminado',
  failed: 'No se hizo; nada cambió',
  undone: 'Se deshizo',
  'needs-attention': 'Pide atención',
}
const channels: Record<string, string> = {
  internet: 'Internet',
  kiosk: 'Quiosco',
  staff: 'Escritorio del personal',
  system: 'Sistema',
}
const deliveries: Record<string, string> = {
  queued: 'En cola',
  sent: 'Enviado',
  refused: 'Rechazado',
}
const actors: Record<string, string> = {
  visitor: 'La propia persona',
  system: 'El sistema',
}

const wordIn = (words: Record<string, string>) => (code: string) =>
  Object.hasOwn(words, code) ? (words[code] as string) : code

export const kindWord = wordIn(kinds)
export const stateWord = wordIn(states)
export const channelWord = wordIn(channels)
export const deliveryWord = wordIn(deliveries)
export const actorWord = wordIn(actors)
