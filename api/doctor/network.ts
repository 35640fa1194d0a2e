import { lookup } from 'node:dns/promises'
import net from 'node:net'
import tls from 'node:tls'
import { about, type Door, type Finding } from '../providers/finding.ts'

const patienceMs = 5000
/** So long before its end people still have time to order another certificate. */
const soonDays = 21
const dayMs = 86_400_000

/** Name, way there, and the certificate with the days that it has left: what every encrypted neighbour needs. */
export async function* examineDoor(subject: string, door: Door): AsyncIterable<Finding> {
  const say = about(subject)
  const where = `${door.host}:${door.port}`
  if (!net.isIP(door.host)) {
    const found = await lookup(door.host, { all: true }).catch(() => [])
    if (found.length === 0)
      return void (yield say.no(
        'dns',
        `el nombre ${door.host} no existe`,
        `Corrija el nombre en ${subject}, o dé de alta ${door.host} en el DNS que usa esta máquina (getent hosts ${door.host})`,
      ))
    yield say.yes('dns', `${door.host} es ${found.map(({ address }) => address).join(', ')}`)
  }
  let plain: net.Socket
  try {
    plain = await connected(door)
  } catch (error) {
    const code = (error as { code?: string }).code ?? 'sin respuesta'
    return void (yield say.no(
      'reach',
      `nadie contesta en ${where} (${code})`,
      `Vea que el servidor esté en marcha y que el cortafuegos deje llegar a esta máquina: nc -vz ${door.host} ${door.port}`,
    ))
  }
  yield say.yes('reach', `contesta en ${where}`)
  try {
    if (door.encrypted !== 'never') yield* examineCertificate(subject, door, plain)
  } finally {
    plain.destroy()
  }
}

const connected = ({ host, port }: Door) =>
  new Promise<net.Socket>((done, fail) => {
    const socket = net.connect({ host, port, timeout: patienceMs })
    socket.once('connect', () => done(socket))
    socket.once('error', fail)
    socket.once('timeout', () => fail(Object.assign(socket.destroy(), { code: 'ETIMEDOUT' })))
  })

async function* examineCertificate(subject: string, door: Door, plain: net.Socket): AsyncIterable<Finding> {
  const say = about(subject)
  const socket = await encrypted(door, plain).catch((error: { code?: string }) => error)
  if (!(socket instanceof tls.TLSSocket)) {
    if (socket.code === 'STARTTLS')
      return void (yield say.no(
        'starttls',
        'no ofrece STARTTLS: la conexión iría sin cifrar',
        `Encienda STARTTLS en ${door.host}:${door.port} (en Postfix: smtpd_tls_security_level = may y smtpd_tls_chain_files; en slapd: olcTLSCertificateFile), o use el puerto cifrado (smtps://, ldaps://)`,
      ))
    const mend = `Encienda TLS 1.2 o posterior en ${door.host}:${door.port}, o corrija el puerto: ${probe(door)}`
    return void (yield say.no('tls', `no cifra la conexión (${socket.code ?? 'sin respuesta'})`, mend))
  }
  const certificate = socket.getPeerCertificate()
  const days = Math.floor((Date.parse(certificate.valid_to) - Date.now()) / dayMs)
  const fault = String(socket.authorizationError ?? '')
  const misnamed = tls.checkServerIdentity(door.host, certificate)
  const names = certificate.subjectaltname ?? certificate.subject?.CN
  socket.destroy()
  const renew = `Renueve el certificado de ${door.host} y cargue el nuevo en ese servidor; vence el ${certificate.valid_to}`
  if (Date.parse(certificate.valid_to) < Date.now())
    return void (yield say.no('tls-expiry', `el certificado venció hace ${-days} días`, renew))
  if (fault !== '' && fault !== 'ERR_TLS_CERT_ALTNAME_INVALID' && !/altnames/.test(fault))
    return void (yield say.no(
      'tls-chain',
      `no se confía en quien firmó el certificado (${fault})`,
      `Ponga en ${door.caSetting} el certificado (PEM) de la autoridad que firmó el de ${door.host}, o instale en él la cadena completa: ${probe(door)} -showcerts`,
    ))
  yield say.yes(
    'tls-chain',
    door.ca ? `lo firmó la autoridad de ${door.caSetting}` : 'lo firmó una autoridad en que se confía',
  )
  if (misnamed)
    return void (yield say.no(
      'tls-name',
      `el certificado no es de ${door.host}: dice ${names}`,
      `Use en la configuración un nombre del certificado, o pida uno que diga ${door.host} en subjectAltName`,
    ))
  yield say.yes('tls-name', `el certificado es de ${door.host}`)
  yield days < soonDays
    ? say.warning('tls-expiry', `al certificado le quedan ${days} días`, renew)
    : say.yes('tls-expiry', `al certificado le quedan ${days} días`)
}

const probe = ({ host, port, encrypted }: Door) => {
  const how = {
    'at-once': '',
    never: '',
    'ldap-starttls': ' -starttls ldap',
    'smtp-starttls': ' -starttls smtp',
  }
  return `openssl s_client -connect ${host}:${port}${how[encrypted]}`
}

/** Looks at the certificate whatever it is worth: nothing is said over this connection. */
async function encrypted(door: Door, plain: net.Socket): Promise<tls.TLSSocket> {
  plain.setTimeout(patienceMs, () => plain.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })))
  if (door.encrypted === 'ldap-starttls') await ldapStartTls(plain)
  if (door.encrypted === 'smtp-starttls') await smtpStartTls(plain)
  return new Promise((done, fail) => {
    const socket = tls.connect({
      socket: plain,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      ...(door.ca ? { ca: door.ca } : {}),
      ...(net.isIP(door.host) ? { host: door.host } : { servername: door.host, host: door.host }),
    })
    socket.once('secureConnect', () => done(socket))
    socket.once('error', fail)
    socket.once('close', () => fail({ code: 'ECONNRESET' }))
  })
}

const heard = (socket: net.Socket, whole: (text: Buffer) => boolean) =>
  new Promise<Buffer>((done, fail) => {
    let so = Buffer.alloc(0)
    const end = () => fail({ code: 'ECONNRESET' })
    const hear = (part: Buffer) => {
      so = Buffer.concat([so, part])
      if (!whole(so)) return
      socket.off('data', hear).off('close', end)
      socket.pause()
      done(so)
    }
    socket.on('data', hear).on('close', end)
    socket.on('error', fail)
    socket.resume()
  })

/** RFC 4511, 4.14: one message without a value; the answer's result code stands behind its envelope. */
async function ldapStartTls(socket: net.Socket) {
  const oid = Buffer.from('1.3.6.1.4.1.1466.20037')
  const ask = Buffer.from([0x30, oid.length + 7, 2, 1, 1, 0x77, oid.length + 2, 0x80, oid.length])
  socket.write(Buffer.concat([ask, oid]))
  const answer = await heard(socket, so => so.length > 7)
  if (!answer.includes(Buffer.from([0x0a, 1, 0]))) throw { code: 'STARTTLS' }
}

const lastLine = (so: Buffer) => /(^|\r\n)\d{3} [^\r\n]*\r\n$/.test(so.toString())

async function smtpStartTls(socket: net.Socket) {
  for (const ask of ['', 'EHLO localhost\r\n', 'STARTTLS\r\n']) {
    if (ask) socket.write(ask)
    const answer = await heard(socket, lastLine)
    if (!/^2/.test(answer.toString())) throw { code: 'STARTTLS' }
  }
}
