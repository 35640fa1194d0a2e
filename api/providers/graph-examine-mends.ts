import type { ProviderSettings } from '../institution/institution.ts'
import type { Step } from './trial.ts'

const guide = 'docs/directorios/microsoft-365.md'
const portal = 'entra.microsoft.com → Aplicaciones → Registros de aplicaciones'

/** What an administrator of the tenant does about each finding, with this application's own number in it. */
export function graphMends(name: string, settings: ProviderSettings) {
  const app = String(settings.clientId)
  const at = `providers.${name}`
  const permission = (one: string) =>
    `${portal} → ${app} → Permisos de API → Microsoft Graph → Permisos de aplicación → ${one}, y «Conceder consentimiento de administrador»`
  const role = `entra.microsoft.com → Roles y administradores → Administrador de usuarios → Agregar asignaciones → la aplicación ${app}`
  const signIns: Record<string, string> = {
    AADSTS7000215: `El secreto no es ese: cree otro en ${portal} → ${app} → Certificados y secretos, y póngalo en clientSecret de ${at} (el valor, no el id)`,
    AADSTS7000222: `El secreto venció: cree otro en ${portal} → ${app} → Certificados y secretos, y póngalo en clientSecret de ${at}`,
    AADSTS700016: `La aplicación no existe en ese inquilino: corrija clientId y tenant de ${at} (${guide})`,
    AADSTS700027: `El certificado no es el que está registrado: suba mci.crt en ${portal} → ${app} → Certificados y secretos`,
    AADSTS90002: `El inquilino no existe: corrija tenant de ${at} («Id. de directorio»)`,
  }
  return {
    answer: `Vea que esta máquina llegue a login.microsoftonline.com y a graph.microsoft.com (url y authority de ${at} en otras nubes)`,
    signIn: (code: string) =>
      signIns[code] ??
      `Busque ${code} en https://login.microsoftonline.com/error y revise tenant, clientId y clientSecret de ${at}`,
    permission,
    domain: (names: string[]) =>
      `entra.microsoft.com → Configuración → Nombres de dominio → agregue y verifique ${names.join(', ')}; o corrija domain de los tipos de cuenta`,
    hybrid: (kinds: string[]) =>
      `Si esas personas vienen de Active Directory, ponga en accounts (${kinds.join(', ')}) provider: [el de AD, ${name}]; si son solo de la nube, no hay nada que hacer`,
    stock: (sku: string) => `Compre o libere licencias ${sku}: admin.microsoft.com → Facturación → Licencias`,
    unknownSku: (sku: string, known: string[]) =>
      `Corrija licences de ${at}: «${sku}» no está en el inquilino; hay ${known.join(', ') || 'ninguna'}`,
    remove: (ids: string[]) => `Bórrela en admin.microsoft.com → Usuarios activos (id ${ids.join(', ')})`,
    step: (step: Step, told: string): string => {
      if (/userPrincipalName|domain/i.test(told))
        return `Verifique el dominio en el inquilino: entra.microsoft.com → Configuración → Nombres de dominio`
      if (/assignLicense|subscribedSkus/.test(told))
        return `Revise licences de ${at} y que haya licencias libres: admin.microsoft.com → Facturación → Licencias`
      if (/password-refused/.test(told))
        return 'La directiva de Entra pide tres de cuatro clases de letras y no admite palabras prohibidas; las temporales cumplen, y las propias se eligen en la página de Microsoft'
      if (step === 'entry-create') return permission('User.ReadWrite.All')
      return `Dé a la aplicación el rol que falta: ${role}. Además, ${permission(step === 'entry-reset' ? 'User-PasswordProfile.ReadWrite.All' : 'User.ReadWrite.All')}`
    },
  }
}
