import type { Problem } from './set-back.ts'

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
export const problems: Record<Problem, string> = {
  'account-without-address': 'La cuenta no tiene dirección principal',
  'address-taken': 'La dirección ya es de otra entrada del directorio',
  conflict: 'El directorio tiene un dato que no concuerda',
  gone: 'La entrada ya no está en el directorio',
  'held-elsewhere': 'La dirección la usa otro sistema',
  'not-permitted': 'El directorio no nos permite este cambio',
  'password-refused': 'El directorio no aceptó la contraseña',
  stale: 'Un cambio más reciente se adelantó',
  unavailable: 'El directorio no respondió',
  waiting: 'Espera a que una persona lo haga a mano',
  interrupted: 'Se interrumpió antes de terminar',
  'no-alternate-email': 'La persona no tiene correo alterno',
  'mail-refused': 'El buzón de destino rechazó el correo',
  'mail-not-accepted': 'El servidor de correo no lo aceptó todavía',
  'address-is-foreign': 'La dirección es de alguien más en el directorio',
  'mail-unreachable': 'El servidor de correo no responde',
  'not-done-by-hand': 'Quien debía hacerlo a mano dijo que no se hizo',
  overdue: 'Pasó un día sin que terminara',
  overtaken: 'Otro movimiento de la cuenta se adelantó',
  'unknown-kind': 'Esta versión del servicio no conoce el movimiento',
  unexpected: 'Falla inesperada; vea la referencia',
}
const outcomes: Record<string, string> = {
  created: 'Cuenta creada',
  repeated: 'Ya estaba creada',
  reset: 'Contraseña puesta',
  changed: 'Cambio hecho',
  unchanged: 'Ya estaba así',
  reassigned: 'Cuenta reasignada',
  reopened: 'Cuenta reabierta',
  closed: 'Cuenta cerrada',
  blocked: 'Cuenta bloqueada',
  active: 'Cuenta activa',
  expired: 'Contraseña temporal vencida',
  'not-ours': 'Ya tenía otra contraseña',
  'no-entry': 'No hay una entrada ahí',
  'not-there': 'No está ahí',
  licensed: 'Licencia asignada',
  'licence-removed': 'Licencia quitada',
  'no-licence': 'Su tipo no lleva licencia',
  'sessions-ended': 'Sesiones cerradas',
  'by-hand': 'Hecho a mano',
}
const steps: Record<string, string> = {
  waiting: 'En espera',
  asked: 'Espera a una persona',
  applied: 'Hecho',
  failed: 'No se pudo',
}

const wordIn = (words: Record<string, string>) => (code: string) =>
  Object.hasOwn(words, code) ? (words[code] as string) : code

export const kindWord = wordIn(kinds)
export const stateWord = wordIn(states)
export const channelWord = wordIn(channels)
export const deliveryWord = wordIn(deliveries)
export const actorWord = wordIn(actors)
export const problemWord = wordIn(problems)
export const outcomeWord = wordIn(outcomes)
export const stepWord = wordIn(steps)
