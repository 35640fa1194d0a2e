/** What a sheet calls things; the screens have their own words. */
const kinds: Record<string, string> = {
  'account-creation': 'Creación de cuenta',
  'password-reset': 'Restablecimiento de contraseña',
  'link-issue': 'Enlace para elegir contraseña',
  'activation-key-issue': 'Clave de activación en papel',
  'password-change': 'Cambio de contraseña propio',
  'password-expiry': 'Contraseña temporal vencida',
  'account-blocked': 'Bloqueo',
  'account-unblocked': 'Desbloqueo',
  'account-closure': 'Baja',
  'account-reopening': 'Reapertura',
  'account-reassignment': 'Reasignación',
  'alternate-email-change': 'Cambio de correo alterno',
  'pause-lifted': 'Fin de la pausa del autoservicio',
}
const states: Record<string, string> = {
  intended: 'Pedido',
  applying: 'En proceso',
  delivering: 'Enviando correo',
  done: 'Hecho',
  failed: 'Sin cambio',
  undone: 'Deshecho',
  'needs-attention': 'Requiere atención',
}
const channels: Record<string, string> = {
  internet: 'Internet',
  kiosk: 'Quiosco',
  staff: 'Personal',
  system: 'Sistema',
}
const deliveries: Record<string, string> = { queued: 'En cola', sent: 'Enviado', refused: 'Rechazado' }
const actors: Record<string, string> = { visitor: 'La persona', system: 'El sistema' }

const wordIn = (words: Record<string, string>) => (code: string) =>
  Object.hasOwn(words, code) ? (words[code] as string) : code

export const kindWord = wordIn(kinds)
export const stateWord = wordIn(states)
export const channelWord = wordIn(channels)
export const deliveryWord = wordIn(deliveries)
export const actorWord = wordIn(actors)
