const loopback = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/

/**
 * How to reach the mail server, in nodemailer's terms. Encryption is required unless the server is on loopback, where nobody
 * stands between and certificates name other hosts. Throws on anything but `smtp://` and `smtps://`; a query weakens nothing.
 */
export function smtpOptions(smtpUrl: string, publicUrl: string) {
  const url = new URL(smtpUrl)
  if (!['smtp:', 'smtps:'].includes(url.protocol) || !url.hostname)
    throw new Error('SMTP_URL is not smtp(s)://host')
  const secure = url.protocol === 'smtps:'
  const near = loopback.test(url.hostname)
  const auth = { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) }
  return {
    pool: true as const,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !near,
    tls: { minVersion: 'TLSv1.2' as const, rejectUnauthorized: !near },
    ...(url.username && { auth }),
    name: new URL(publicUrl).hostname,
    maxConnections: 5,
    // Only a mail of which no byte went out is tried again, on a new connection.
    maxRequeues: 1,
    connectionTimeout: 3_000,
    greetingTimeout: 5_000,
    socketTimeout: 20_000,
    dnsTimeout: 3_000,
    logger: false,
    debug: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}
