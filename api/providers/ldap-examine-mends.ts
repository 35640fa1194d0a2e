import type { ProviderSettings } from '../institution/institution.ts'
import type { PlaceMends } from './ldap-examine-parts.ts'
import { addressOf, shapeOf } from './ldap-shape.ts'
import type { Step } from './trial.ts'

const guide = 'docs/directorios/ldap.md'

export type Mends = ReturnType<typeof mendsOf> & PlaceMends

/** What an administrator of the directory does about each finding, with this institution's own names in it. */
export function mendsOf(name: string, settings: ProviderSettings) {
  const { url, bindDn } = addressOf(settings)
  const shape = shapeOf(settings)
  const at = `providers.${name}`
  const is389 = shape.id.toLowerCase() === 'nsuniqueid'
  const right = (unit: string) =>
    is389
      ? `Dé permiso a la cuenta del servicio. Como cn=Directory Manager, en «${unit}»: aci: (targetattr != "userPassword")(version 3.0; acl "mci"; allow (all) userdn = "ldap:///${bindDn}";)`
      : `Dé permiso a la cuenta del servicio. En olcAccess de la base, antes de las demás reglas: to dn.subtree="${unit}" by dn.exact="${bindDn}" write by * break`
  const password = is389
    ? `aci: (targetattr = "userPassword")(version 3.0; acl "mci: contrasena"; allow (write, add) userdn = "ldap:///${bindDn}";)`
    : `olcAccess: to attrs=userPassword by dn.exact="${bindDn}" =w by self =w by anonymous auth by * none`
  const policyAsks = is389
    ? 'La directiva del directorio pide más que la del servicio (18 letras y cifras las temporales; las propias, 12 caracteres de cualquier clase). Baje passwordMinLength o passwordCheckSyntax en cn=config, o en la directiva de esa unidad'
    : 'La directiva del directorio pide más que la del servicio (18 letras y cifras las temporales; las propias, 12 caracteres de cualquier clase). Baje pwdMinLength o pwdCheckQuality en la entrada pwdPolicy que le toca a esa unidad'
  const policy = is389
    ? 'En 389 no va mustChange ni until: quítelos del archivo, y si quiere el cambio obligado ponga passwordMustChange: on en cn=config'
    : `Active ppolicy en cn=config: olcModuleLoad: ppolicy, y olcOverlay=ppolicy en la base (${guide}); o quite mustChange y until de ${at}`
  return {
    bind: `Revise bindDn y bindPassword de ${at}. Una contraseña nueva para la cuenta, como administrador: ldappasswd -H ${url} -D ADMINISTRADOR -W -S "${bindDn}"`,
    answer: `Vea en el servidor del directorio que esté en marcha y que esta máquina llegue a ${url}; el plazo es timeoutSeconds de ${at}`,
    base: `Corrija baseDn en ${at}, o cree «${shape.baseDn}» (${guide}). Lo que hay: ldapsearch -H ${url} -D ADMINISTRADOR -W -s base -b "" namingContexts`,
    markerSchema: `Cargue el esquema de la marca (mciMarker, mciAccount), como administrador de ${is389 ? 'cn=schema' : 'cn=config'}: el bloque está en ${guide}`,
    policy,
    schema: (names: string[]) =>
      `Corrija attributes u objectClasses de ${at}, o cargue en el servidor el esquema que define ${names.join(', ')}`,
    list: is389
      ? `Suba el límite de la cuenta del servicio. Como cn=Directory Manager, en «${bindDn}»: nsSizeLimit: -1 y nsLookThroughLimit: -1`
      : `Suba el límite de la cuenta del servicio. En la base de cn=config: olcLimits: dn.exact="${bindDn}" size=unlimited size.pr=1000 size.prtotal=unlimited time=unlimited`,
    search: (names: string[]) =>
      `Deje leer y buscar a «${bindDn}» los atributos ${names.join(', ')}, y póngales índice: ${is389 ? 'nsIndexType: eq' : `olcDbIndex: ${names.join(',')} eq`}`,
    hashed: `Con password: ${shape.password} el servidor debe cifrar: olcPPolicyHashCleartext: TRUE en ppolicy (${guide}); o password: exop en ${at}`,
    hidden: `No le hace falta. ${password}`,
    changed: is389
      ? 'Como cn=Directory Manager, en cn=config: passwordTrackUpdateTime: on; si no, al vencer se quitaría también la contraseña que la persona eligió en otro programa'
      : `Active ppolicy, o diga en changed de ${at} qué atributo lo anota; si no, al vencer se quitaría también la contraseña que la persona eligió en otro programa`,
    clock: 'Ponga en hora las dos máquinas: timedatectl set-ntp true',
    remove: (dns: string[]) =>
      `Bórrela como administrador: ${dns.map(dn => `ldapdelete -H ${url} -D ADMINISTRADOR -W "${dn}"`).join('; ') || 'la entrada que empieza con mci-doctor-'}. Para que mci doctor lo haga solo: ${right(shape.baseDn)}`,
    outside: (places: string[]) =>
      `Quite a «${bindDn}» el permiso de escribir en ${places.join(' y en ')}; le basta «${shape.baseDn}». Si es rootdn o administrador, use otra cuenta`,
    step: (unit: string) => (step: Step, told: string) => {
      if (/NoSuchObject/.test(told) && step === 'entry-create')
        return `Cree la unidad «${unit}», o corrija units de ${at} (${guide})`
      if (/ConstraintViolation|UnwillingToPerform|password-refused/.test(told)) return policyAsks
      if (step === 'entry-reset' || step === 'entry-own-password')
        return `Dé permiso de escribir la contraseña a «${bindDn}»: ${password}`
      if (/^modify/.test(told) && step === 'entry-create')
        return `Dé permiso de escribir ${shape.marker} a «${bindDn}»: ${right(unit)}`
      if (step === 'entry-block' || step === 'entry-unblock')
        return /entra/.test(told)
          ? `El servidor no atiende ${shape.block.attribute}. ${policy}; o diga en block de ${at} cómo se bloquea ahí`
          : `Dé permiso de escribir ${shape.block.attribute} a «${bindDn}»: ${right(unit)}`
      if (step === 'entry-close' && shape.onClose === 'move')
        return `Dé permiso de mover de «${unit}» a «${shape.closedUnit}» (y vea que exista): ${right(shape.baseDn)}`
      if (step === 'entry-close' && shape.onClose === 'delete')
        return `Dé permiso de borrar en «${unit}» a «${bindDn}»: ${right(unit)}`
      return right(unit)
    },
  }
}
