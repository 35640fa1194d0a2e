import { connect } from 'node:net'

const literal = (text: string) => `{${Buffer.byteLength(text)}+}\r\n${text}`

/**
 * A real IMAP LOGIN on loopback; address and password go as literals, whatever they hold. True: signed in, false: refused.
 * Throws when the server could not tell, so that «cannot sign in» never passes by accident.
 */
export function signIn(port: number, address: string, password: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let heard = ''
    socket.setEncoding('utf8')
    socket.setTimeout(10_000, () => socket.destroy(new Error('IMAP: no answer')))
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`IMAP: ${heard}`)))
    socket.once('data', () => socket.write(`a LOGIN ${literal(address)} ${literal(password)}\r\n`))
    socket.on('data', (text: string) => {
      heard += text
      const answer = /^a (OK|NO|BAD)(.*)\r\n/m.exec(heard)
      if (!answer) return
      if (answer[1] === 'OK') resolve(true)
      else if (answer[2]?.includes('[AUTHENTICATIONFAILED]')) resolve(false)
      else reject(new Error(`IMAP: ${answer[0]}`))
      socket.end('b LOGOUT\r\n')
    })
  })
}
