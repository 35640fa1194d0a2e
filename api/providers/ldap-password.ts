import { createHash, randomBytes } from 'node:crypto'
import type { Change } from 'ldapts'
import { hashPassword } from './hashing.ts'
import { add, type Directory, put, run, take } from './ldap-change.ts'
import type { Seen } from './ldap-read.ts'
import type { Shape } from './ldap-shape.ts'

/** What stands beside a new password: its end, and whether she must change it before anything else. */
export function besidePassword({ until, mustChange }: Shape, ask: { until: Date | null }): Change[] {
  const end = ask.until && `${ask.until.toISOString().replace(/[-:T]|\..*/g, '')}Z`
  return [
    ...(until ? [put(until, ...(end ? [end] : []))] : []),
    ...(mustChange ? [put('pwdReset', ...(end ? ['TRUE'] : []))] : []),
  ]
}

export async function stored({ password }: Shape, secret: string): Promise<string> {
  if (password === 'SSHA') {
    const salt = randomBytes(16)
    return `{SSHA}${Buffer.concat([createHash('sha1').update(secret).update(salt).digest(), salt]).toString('base64')}`
  }
  return password === 'ARGON2' ? (await hashPassword(secret)).replace('{ARGON2ID}', '{ARGON2}') : secret
}

const field = (tag: number, content: Buffer) =>
  Buffer.concat([Buffer.from([tag, 0x82, content.length >> 8, content.length & 255]), content])

/** RFC 3062. */
export const modifyPassword = (to: Directory, dn: string, secret: string) =>
  run(to, 'password', client => {
    const ask = Buffer.concat([field(0x80, Buffer.from(dn)), field(0x82, Buffer.from(secret))])
    return client.exop('1.3.6.1.4.1.4203.1.11.1', field(0x30, ask))
  })

/** A directory lifts a block with the password that it is given; ours stays. */
export const keepBlock = ({ block }: Shape, here: Seen, changes: Change[]): Change[] =>
  here.blocked
    ? [
        put(block.attribute, block.value),
        take(block.attribute),
        ...changes,
        add(block.attribute, block.value),
      ]
    : changes
