/** Every sentence of the mails by its key; an institution says any of them otherwise under `texts`. */
const mailWords = {
  'mail.temporary-password.subject': 'Su contraseña temporal',
  'mail.temporary-password.asked': '{name}: usted pidió {act} el {day} a las {hour}, desde {channel}.',
  'mail.temporary-password.change':
    'Sustituye a cualquier contraseña anterior. Cámbiela por una suya en {link}.',
  'mail.temporary-password.not-me': 'Si usted no lo pidió, avísenos: {link}.',
  'mail.link.create.subject': 'Su cuenta institucional está lista',
  'mail.link.create.asked': '{name}: creamos su cuenta {account}.',
  'mail.link.reset.subject': 'Restablezca su contraseña institucional',
  'mail.link.reset.asked':
    'Usted pidió restablecer la contraseña de {account} el {day} a las {hour}, desde {channel}.',
  'mail.link.choose': 'Elija su contraseña con este enlace. Sirve una sola vez y vence el {expires}.',
  'mail.link.button': 'Elegir mi contraseña',
  'mail.act.create': 'crear su cuenta',
  'mail.act.reset': 'restablecer su contraseña',
  'mail.channel.internet': 'internet',
  'mail.channel.kiosk': 'un quiosco',
  'mail.channel.staff': 'una ventanilla',
  'mail.channel.system': 'la institución',
  'mail.code.subject': 'Su código para confirmar',
  'mail.code.asked': '{name}: usted pidió este código el {day} a las {hour}, desde {channel}.',
  'mail.code.use':
    'Escríbalo en la página donde lo pidió. No lo dé a nadie, tampoco a quien diga ser de la institución.',
  'mail.code.not-me': 'Si usted no lo pidió, avísenos: {link}. Su cuenta y su contraseña no han cambiado.',
  'mail.password-changed.subject': 'La contraseña de su cuenta cambió',
  'mail.password-changed.what-now':
    'Si fue usted, no haga nada. Si no fue usted, llame hoy a {phone}, folio {folio}.',
  'mail.password-changed.not-me': 'También puede avisarnos aquí: {link}.',
  'mail.account-blocked.subject': 'Su cuenta {account} fue bloqueada',
  'mail.account-blocked.said': '{name}: {area} bloqueó la cuenta. Nadie puede entrar con ella.',
  'mail.account-unblocked.subject': 'Su cuenta {account} fue desbloqueada',
  'mail.account-unblocked.said': '{name}: {area} desbloqueó la cuenta. Entre con la contraseña de antes.',
  'mail.account-closure.subject': 'Su cuenta {account} fue cerrada',
  'mail.account-closure.said': '{name}: {area} cerró la cuenta. Ya no se puede entrar con ella.',
  'mail.account-reassignment.subject': 'La cuenta {account} cambió de responsable',
  'mail.account-reassignment.said': '{name}: desde hoy usted ya no usa la cuenta.',
  'mail.account-changed.ask': 'Si tiene dudas, llame a {area}, teléfono {phone}, y diga el folio {folio}.',
  'mail.reassigned.subject': 'La cuenta {account} cambió de responsable',
  'mail.reassigned.said': '{name}: desde el {day} usted responde por la cuenta {account}.',
  'mail.contact-code.subject': 'Su código para registrar este correo',
  'mail.contact-code.asked':
    '{name}: este código registra este correo como su correo alterno. Se pidió el {day} a las {hour}.',
  'mail.contact-code.use': 'Dígalo solo a la persona que lo atiende en este momento, frente a usted.',
  'mail.contact-code.not-me': 'Si usted no lo pidió, no lo dé a nadie. Sin el código no cambia nada.',
  'mail.contact-changed.subject': 'Su correo alterno cambió',
  'mail.contact-changed.said': '{name}: el {day} a las {hour} registramos otro correo alterno para usted.',
  'mail.contact-changed.cooling':
    'Por seguridad, no podrá restablecer su contraseña por su cuenta hasta el {until}.',
  'mail.contact-changed.not-me': 'Si usted no lo pidió, avísenos hoy: {link}.',
  'mail.access-changed.subject': 'Cambió su acceso para atender cuentas',
  'mail.access-changed.password': '{name}: la contraseña con la que entra como personal cambió.',
  'mail.access-changed.factor-added':
    '{name}: se registró otra llave o aplicación de códigos para entrar como personal.',
  'mail.access-changed.factor-removed':
    '{name}: se quitó una llave o aplicación de códigos con la que entraba como personal.',
  'mail.access-changed.codes': '{name}: se hicieron códigos impresos nuevos. Los de antes ya no sirven.',
  'mail.access-changed.renewed':
    '{name}: quien administra el personal renovó su acceso. Lo de antes ya no sirve.',
  'mail.access-changed.not-me':
    'Si fue usted o lo pidió, no haga nada. Si no, llame hoy al {phone} y avise a quien administra el personal con acceso.',
} as const

type MailWord = keyof typeof mailWords

/** Every key that `texts` of an institution file may say otherwise. */
export const mailKeys = Object.keys(mailWords)

/** The institution's sentence, or ours, with its `{values}` filled in. */
export function say(
  key: MailWord,
  texts: Record<string, string> = {},
  values: Record<string, string> = {},
): string {
  return (texts[key] ?? mailWords[key]).replace(
    /\{([\w-]+)\}/g,
    (asWritten, name) => values[name] ?? asWritten,
  )
}
