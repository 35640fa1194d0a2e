import type { Config } from '../config.ts'
import { smtpOptions } from '../mail/smtp-options.ts'
import { type Mail, tryMail } from '../mail/transport.ts'
import { about, type Door, type Finding } from '../providers/finding.ts'
import { examineDoor } from './network.ts'

const subject = 'SMTP_URL'

export interface MailAsk {
  smtpUrl: string
  mailFrom: string
  publicUrl: string
}

/** What of the settings a mail needs; undefined where it is not there. */
export const mailAskOf = ({ smtpUrl, mailFrom, publicUrl }: Config): MailAsk | undefined =>
  smtpUrl ? { smtpUrl, mailFrom, publicUrl: publicUrl ?? 'http://localhost' } : undefined

const isNear = (ask: MailAsk) => !smtpOptions(ask.smtpUrl, ask.publicUrl).tls.rejectUnauthorized

function doorOf(ask: MailAsk): Door {
  const { host, port, secure } = smtpOptions(ask.smtpUrl, ask.publicUrl)
  const encrypted = isNear(ask) ? 'never' : secure ? 'at-once' : 'smtp-starttls'
  return { host, port, encrypted, caSetting: 'NODE_EXTRA_CA_CERTS' }
}

/** The way there, encryption and the sign-in; no mail. */
export async function* glanceMail(ask: MailAsk): AsyncIterable<Finding> {
  const say = about(subject)
  for await (const finding of examineDoor(subject, doorOf(ask))) {
    yield finding
    if (finding.ok === 'no') return
  }
  if (isNear(ask)) yield say.yes('starttls', 'está en esta máquina: no hace falta cifrar')
  const { username } = new URL(ask.smtpUrl)
  const fault = await tryMail(ask)
  if (!fault)
    return void (yield say.yes(
      'sign-in',
      username ? `entra como ${decodeURIComponent(username)}` : 'recibe sin pedir clave',
    ))
  yield fault.code === 'EAUTH'
    ? say.no(
        'sign-in',
        `no deja entrar (${fault.response})`,
        'Revise el usuario y la clave de SMTP_URL (o SMTP_URL_FILE); los caracteres especiales van como %40, %3A …',
      )
    : say.no(
        'answer',
        `no contesta como un servidor de correo (${fault.response || fault.code})`,
        `Vea el registro del servidor de correo y el puerto de SMTP_URL`,
      )
}

/** After the glance, one real mail to `recipient`. */
export async function* examineMail(ask: MailAsk, recipient: string): AsyncIterable<Finding> {
  let well = true
  for await (const finding of glanceMail(ask)) {
    yield finding
    well &&= finding.ok !== 'no'
  }
  if (!well)
    return void (yield about(subject).skipped('recipient', 'sin servidor no se envía el correo de prueba'))
  yield await sent(ask, recipient)
}

const letter = (to: string): Mail => {
  const text =
    'Prueba de mci doctor: el correo saliente de «Mi correo institucional» funciona. No hace falta contestar.'
  return { to, subject: 'Prueba de mci doctor', text, html: `<p lang="es">${text}</p>` }
}

async function sent(ask: MailAsk, recipient: string): Promise<Finding> {
  const say = about(subject)
  const fault = await tryMail(ask, letter(recipient))
  if (!fault) return say.yes('recipient', `aceptó un correo de prueba de ${ask.mailFrom} para ${recipient}`)
  const codes = fault.response || fault.code
  const wantsKey = fault.responseCode === 530 || fault.responseCode === 535
  if (wantsKey)
    return say.no(
      'sign-in',
      `pide usuario y clave (${codes})`,
      'Ponga el usuario y la clave en SMTP_URL: smtp://usuario:clave@servidor:587',
    )
  if (fault.command === 'MAIL FROM')
    return say.no(
      'sender',
      `no acepta el remitente ${ask.mailFrom} (${codes})`,
      `Deje enviar como ${ask.mailFrom} al usuario de SMTP_URL (en Postfix: smtpd_sender_login_maps; en Exchange: «Enviar como»), o cambie MAIL_FROM`,
    )
  if (fault.command === 'RCPT TO')
    return say.no(
      'recipient',
      `no acepta el correo para ${recipient} (${codes})`,
      'Deje que esta máquina envíe hacia fuera (en Postfix: mynetworks o permit_sasl_authenticated), o pruebe con otra dirección: mci doctor --test-recipient DIRECCIÓN',
    )
  return say.no(
    'content',
    `no aceptó el correo de prueba (${codes})`,
    'Vea en el registro del servidor de correo por qué: filtro, tamaño o cuota',
  )
}
