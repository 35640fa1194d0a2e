import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { needs } from '../servers/needs.ts'
import { missing as missingPostgres } from '../servers/postgres.ts'
import { missing as missingSlapd, startSlapd } from '../servers/slapd.ts'
import { makeCertificate, makeExpiredCertificate } from '../servers/tls.ts'
import { type Fault, foundAlone } from './planted.ts'
import { openScene, type Planted, type Scene } from './scene.ts'

const kiosk = 'cn=kiosco,ou=servicios,dc=example,dc=mx'
const people = 'ou=personas,dc=example,dc=mx'
const database = 'dn: olcDatabase={1}mdb,cn=config\nchangetype: modify\n'
const access = (rule: string) => `${database}add: olcAccess\nolcAccess: {0}${rule}\n`
const limit = `${database}replace: olcLimits\nolcLimits: dn.exact="${kiosk}" size=5 size.prtotal=5\n`
const noOverlay = 'dn: olcOverlay={0}ppolicy,olcDatabase={1}mdb,cn=config\nchangetype: delete\n'
const length = `dn: cn=personas,ou=directivas,dc=example,dc=mx\nchangetype: modify\nreplace: pwdMinLength\npwdMinLength: 40\n`
const person = (n: number) =>
  `dn: uid=p${n},ou=docentes,${people}\nobjectClass: inetOrgPerson\nuid: p${n}\ncn: P\nsn: P\n\n`

const withRule = (rule: string) => (s: Scene) => s.directoryWith(({ configure }) => configure(access(rule)))
const certified =
  (kind: (...names: string[]) => ReturnType<typeof makeCertificate>, ...names: string[]) =>
  async (s: Scene): Promise<Planted> => {
    const other = await startSlapd(kind(...names))
    s.file('ca-de-otro.pem', other.ca)
    const yaml = (text: string) =>
      text.replace(s.directory.urls.tls, other.urls.tls).replace('./ca.pem', './ca-de-otro.pem')
    return { yaml, undo: other.stop }
  }

const faults: Fault[] = [
  {
    name: 'a wrong password of the service’s account',
    check: 'bind',
    subject: /^directorio$/,
    mend: /bindPassword de providers\.directorio.*cn=kiosco/,
    plant: () => ({ env: { LDAP_BIND_PASSWORD: 'otra-frase-larga' } }),
  },
  {
    name: 'a base that does not exist',
    check: 'base',
    subject: /^directorio$/,
    mend: /baseDn en providers\.directorio/,
    plant: () => ({ yaml: text => text.replace(`baseDn: ${people}`, 'baseDn: ou=nadie,dc=example,dc=mx') }),
  },
  {
    name: 'the authority of somebody else',
    check: 'tls-chain',
    subject: /^directorio$/,
    mend: /providers\.directorio\.ca/,
    plant: s => {
      s.file('ajena.pem', makeCertificate('IP:127.0.0.1').ca)
      return { yaml: text => text.replace('./ca.pem', './ajena.pem') }
    },
  },
  {
    name: 'an expired certificate',
    check: 'tls-expiry',
    subject: /^directorio$/,
    mend: /Renueve el certificado/,
    plant: certified(makeExpiredCertificate, 'IP:127.0.0.1'),
  },
  {
    name: 'a certificate of another name',
    check: 'tls-name',
    subject: /^directorio$/,
    mend: /subjectAltName/,
    plant: certified(makeCertificate, 'DNS:otro.example'),
  },
  {
    name: 'no right to write in one unit',
    check: 'entry-create',
    subject: /ou=docentes/,
    mend: /subtree="ou=docentes.*cn=kiosco.*write/,
    plant: withRule(`to dn.subtree="ou=docentes,${people}" by dn.exact="${kiosk}" read by * break`),
  },
  {
    name: 'a unit that is not there',
    check: 'entry-create',
    subject: /ou=nueva/,
    mend: /Cree la unidad «ou=nueva/,
    plant: () => ({ yaml: text => text.replace('personal: ou=docentes', 'personal: ou=nueva') }),
  },
  {
    name: 'a right that reaches beyond the base',
    check: 'outside',
    subject: /^directorio$/,
    mend: /Quite a «cn=kiosco.*ou=servicios/,
    plant: withRule(`to dn.subtree="ou=servicios,dc=example,dc=mx" by dn.exact="${kiosk}" write by * break`),
  },
  {
    name: 'no right to set a password',
    check: 'entry-reset',
    subject: /ou=docentes/,
    mend: /permiso de escribir la contraseña a «cn=kiosco/,
    plant: withRule(`to attrs=userPassword by dn.exact="${kiosk}" none by self =w by anonymous auth`),
  },
  {
    name: 'no right to block',
    check: 'entry-block',
    subject: /ou=docentes/,
    mend: /permiso de escribir pwdAccountLockedTime/,
    plant: withRule(`to attrs=pwdAccountLockedTime by dn.exact="${kiosk}" read by * none`),
  },
  {
    name: 'no right to delete',
    check: 'entry-close',
    subject: /ou=docentes/,
    mend: /permiso de borrar/,
    plant: async s => {
      const rule = `to dn.subtree="${people}" attrs=entry,children by dn.exact="${kiosk}" =arscd by * break`
      const planted = await withRule(rule)(s)
      return {
        ...planted,
        yaml: text => planted.yaml?.(text.replace('onClose: move', 'onClose: delete')) ?? '',
      }
    },
  },
  {
    name: 'a key that cannot be searched',
    check: 'entry-search',
    subject: /ou=docentes/,
    mend: /buscar a «cn=kiosco.*employeeNumber/,
    plant: withRule(`to attrs=employeeNumber by dn.exact="${kiosk}" =arwdx by * none`),
  },
  {
    name: 'a marker that the schema does not know',
    check: 'marker-schema',
    subject: /^directorio$/,
    mend: /esquema de la marca/,
    plant: () => ({
      yaml: text => text.replace('until:', 'marker: otraMarca\n    markerClass: otraCuenta\n    until:'),
    }),
  },
  {
    name: 'no password policy where the temporary one must be changed',
    check: 'must-change',
    subject: /ou=docentes/,
    mend: /Active ppolicy/,
    plant: s => s.directoryWith(({ configure }) => configure(noOverlay)),
  },
  {
    name: 'a policy that asks for longer passwords',
    check: 'entry-reset',
    subject: /ou=docentes/,
    mend: /pwdMinLength/,
    plant: s => s.directoryWith(({ asRoot }) => asRoot(length)),
  },
  {
    name: 'a limit of entries in a search',
    check: 'list',
    subject: /^directorio$/,
    mend: /olcLimits: dn\.exact="cn=kiosco/,
    plant: s =>
      s.directoryWith(({ configure, asRoot }) => {
        configure(limit)
        asRoot(Array.from({ length: 12 }, (_, n) => person(n)).join(''))
      }),
  },
]

describe.skipIf(needs(missingPostgres, missingSlapd))(
  'mci doctor finds what is wrong with a directory, and nothing else',
  () => {
    let scene: Scene
    beforeAll(async () => {
      scene = await openScene()
    })
    afterAll(() => scene?.close())

    test.each(faults)('$name', fault => foundAlone(scene, fault))

    test('what an interrupted doctor left behind is taken away by the next', async () => {
      const left = `uid=mci-doctor-antes,ou=docentes,${people}`
      const before = await scene.entries()
      scene.directory.asRoot(
        `dn: ${left}\nobjectClass: inetOrgPerson\nobjectClass: mciAccount\nuid: mci-doctor-antes\ncn: P\nsn: P\nmciMarker: cuenta:mci-doctor\n`,
      )
      const { code, findings } = await scene.doctor()
      expect(findings.filter(({ check }) => check === 'leftover')).toMatchObject([{ ok: 'yes' }])
      expect(code).toBe(0)
      expect(await scene.entries()).toEqual(before)
    })
  },
)
