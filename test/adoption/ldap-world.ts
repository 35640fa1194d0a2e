import { PassThrough } from 'node:stream'
import { accountsAdopt } from '../../api/adoption/command.ts'
import { rehearse } from '../../api/visits/rehearse.ts'
import { type House, type HouseAsk, openHouse } from '../house.ts'
import { guideInstitution } from '../providers/ldap-settings.ts'
import { startSlapd } from '../servers/slapd.ts'

export interface LdapWorld {
  h: House
  directory: Awaited<ReturnType<typeof startSlapd>>
  close(): Promise<void>
}

/** Where entries of before us hold the keys, each with an index. */
const attributes =
  'attributes: { curp: employeeNumber, curt: departmentNumber, mail: roomNumber, centre: physicalDeliveryOfficeName }'
const indexed = `dn: olcDatabase={1}mdb,cn=config
changetype: modify
add: olcDbIndex
olcDbIndex: departmentNumber,roomNumber eq
`
/** Everybody may come as often as the test likes. */
const free = '[[1000000, 1s]]'
const limits = `limits: { identifyFailures: { source: ${free}, person: ${free}, personAndSource: ${free}, browser: ${free} } }`

/** A house on a slapd of its own that is set up as the guide says and knows four kinds of evidence. */
export async function openLdapWorld(
  ask: { more?: string; ldif?: string; server?: NonNullable<HouseAsk['server']> } = {},
): Promise<LdapWorld> {
  const directory = await startSlapd()
  directory.configure(indexed)
  if (ask.ldif) await directory.fill(ask.ldif)
  const institution = guideInstitution(directory).replace(/attributes: .*/, attributes)
  const house = { institution: `${institution}${ask.more ?? ''}\n${limits}` }
  const h = await openHouse('PostgreSQL', ask.server ? { ...house, server: ask.server } : house)
  return {
    h,
    directory,
    close: async () => {
      await h.close()
      await directory.stop()
    },
  }
}

/** Runs `mci accounts adopt` as an operator would. */
export async function adoptIn(h: House, ...argv: string[]) {
  const io = { stdout: new PassThrough(), stderr: new PassThrough() }
  const said = { out: '', err: '' }
  io.stdout.on('data', text => (said.out += text))
  io.stderr.on('data', text => (said.err += text))
  const code = await accountsAdopt(argv, io, work => work(h.ctx), rehearse)
  await new Promise(done => setImmediate(done))
  return { code, ...said, report: said.out.startsWith('{') ? JSON.parse(said.out) : undefined }
}
