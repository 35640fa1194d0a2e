import { EqualityFilter } from 'ldapts'
import type { Directory } from '../servers/directory.ts'
import { openHolder } from '../servers/directory.ts'

export const unit = 'ou=docentes,ou=personas,dc=example,dc=mx'

/** What an entry of before us holds; '' leaves an attribute out. */
export interface Made {
  uid: string
  name: string
  curp?: string
  curt?: string
  alternate?: string
  centre?: string
  mail?: string
  disabled?: boolean
}

/** Puts an entry into the directory as its administrator would. */
export function addEntry(directory: Directory, made: Made): void {
  const lines = [
    `dn: uid=${made.uid},${unit}`,
    'objectClass: inetOrgPerson',
    `uid: ${made.uid}`,
    `cn:: ${Buffer.from(made.name).toString('base64')}`,
    `sn: ${made.uid}`,
    `mail: ${made.mail ?? `${made.uid}@colima.example`}`,
    made.curp ? `employeeNumber: ${made.curp}` : '',
    made.curt ? `departmentNumber: ${made.curt}` : '',
    made.alternate ? `roomNumber: ${made.alternate}` : '',
    made.centre ? `physicalDeliveryOfficeName: ${made.centre}` : '',
    'userPassword: la de siempre',
  ]
  directory.asRoot(`${lines.filter(line => line !== '').join('\n')}\n`)
  if (made.disabled) replace(directory, made.uid, 'pwdAccountLockedTime', '000001010000Z')
}

export const replace = (directory: Directory, uid: string, attribute: string, value?: string): void =>
  directory.asRoot(
    `dn: uid=${uid},${unit}\nchangetype: modify\nreplace: ${attribute}\n${value === undefined ? '' : `${attribute}: ${value}\n`}`,
  )

/** How many entries hold this key: INV-03 as the directory sees it. */
export async function entriesOf(directory: Directory, curp: string): Promise<number> {
  const found = await openHolder(directory).all(
    new EqualityFilter({ attribute: 'employeeNumber', value: curp }),
  )
  return found.length
}
