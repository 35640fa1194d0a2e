import type { ProviderSettings } from '../institution/institution.ts'
import { domainShapeOf } from './active-directory-shape.ts'
import type { PlaceMends } from './ldap-examine-parts.ts'
import { addressOf } from './ldap-shape.ts'
import type { Step } from './trial.ts'

const guide = 'docs/directorios/active-directory.md'

export interface AdMends extends PlaceMends {
  policy: string
  oldPassword: string
  group(dn: string): string
  suffix(names: string[]): string
  right(unit: string): string
  step(unit: string): (step: Step, told: string) => string
}

/** What an administrator of the domain does about each finding, with this institution's own names in it. */
export function adMendsOf(name: string, settings: ProviderSettings): AdMends {
  const { url, bindDn } = addressOf(settings)
  const { baseDn, closedUnit, onClose } = domainShapeOf(settings)
  const at = `providers.${name}`
  const login = `DOMINIO\\${/^cn=([^,]+)/i.exec(bindDn)?.[1] ?? bindDn}`
  const dsacls = (unit: string, right: string, inherit: 'T' | 'S' = 'S') =>
    `dsacls '${unit}' /I:${inherit} /G '${login}:${right}'`
  const children = (unit: string) =>
    `Permita crear y borrar usuarios: ${dsacls(unit, 'CCDC;user', 'T')} (${guide})`
  const right = (unit: string) =>
    `Permita leer y escribir sus atributos: ${dsacls(unit, 'RPWP;;user')} (${guide})`
  const policy = `Dé a estas cuentas una directiva sin complejidad y de 12 caracteres a lo más: New-ADFineGrainedPasswordPolicy -Name Correo -Precedence 10 -ComplexityEnabled $false -MinPasswordLength 12 … (${guide}); en Samba: samba-tool domain passwordsettings set --complexity=off --min-pwd-length=12`
  const group = (dn: string) =>
    `Cree el grupo o corrija groups de ${at}, y permita cambiar sus miembros: ${dsacls(dn, 'RPWP;member;group')} (${guide})`
  return {
    bind: `Revise bindDn y bindPassword de ${at}. En el dominio: Set-ADAccountPassword y Unlock-ADAccount sobre «${bindDn}»; en Samba: samba-tool user setpassword`,
    answer: `Vea que el controlador esté en marcha y que esta máquina llegue a ${url}; el plazo es timeoutSeconds de ${at}`,
    base: `Corrija baseDn en ${at}, o cree la unidad «${baseDn}»: New-ADOrganizationalUnit (${guide})`,
    list: `Suba MaxPageSize o el límite de la consulta en el controlador (ntdsutil, «LDAP policies»)`,
    clock: 'Ponga en hora las dos máquinas: w32tm /resync en el controlador, timedatectl set-ntp true aquí',
    remove: dns =>
      `Bórrela como administrador: ${dns.map(dn => `Remove-ADUser '${dn}'`).join('; ') || 'la entrada que empieza con mci-doctor-'}. ${children(baseDn)}`,
    outside: places =>
      `Quite a «${bindDn}» el permiso de crear en ${places.join(' y en ')} y sáquela de los grupos de administradores; le basta «${baseDn}»`,
    policy,
    oldPassword: `Quien la conocía sigue entrando hasta una hora. En cada controlador: New-ItemProperty 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Lsa' -Name OldPasswordAllowedPeriod -PropertyType DWord -Value 0; en Samba: old password allowed period = 0`,
    group,
    suffix: names =>
      `Agréguelo: ${names.map(one => `Set-ADForest -Identity (Get-ADForest) -UPNSuffixes @{Add='${one}'}`).join('; ')}; o ponga upnSuffix en ${at}`,
    right,
    step: unit => (step, told) => {
      if (/no existe o la cuenta/.test(told))
        return /grupo/.test(told)
          ? group('…')
          : `Cree la unidad «${unit}» (New-ADOrganizationalUnit), o corrija units de ${at} (${guide})`
      if (/miembros al grupo/.test(told)) return group((settings.groups as string[])?.[0] ?? '')
      if (/password-refused/.test(told)) return policy
      if (step === 'entry-reset' || step === 'entry-own-password')
        return `Permita restablecer contraseñas: ${dsacls(unit, 'CA;Reset Password;user')} (${guide})`
      if (/crear entradas/.test(told)) return children(unit)
      if (step === 'entry-close' && onClose !== 'disable')
        return onClose === 'move'
          ? `Permita mover a «${closedUnit}» (y vea que exista). ${children(baseDn)}`
          : children(unit)
      return right(unit)
    },
  }
}
