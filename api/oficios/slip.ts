import type { Context } from '../context.ts'
import { when } from '../mail/when.ts'
import { documentLine, headOf } from './compose.ts'
import type { Fact, Part } from './sheet.ts'

/** What the sheet is drawn from, at the moment when the secret exists. */
export interface SlipAsk {
  /** Of the movement. */
  folio: string
  account: string
  /** What people call the account's kind. */
  label?: string
  holder: string
  /** A temporary password, or a key to choose one's own by. */
  secret: { password: string } | { activationKey: string }
  expiresAt: Date
  /** When it was made. */
  at: Date
}

/** `aaaa bbbb cccc`: read aloud and typed in fours. */
const inFours = (text: string): string => (text.replaceAll(/[\s-]/g, '').match(/.{1,4}/gu) ?? []).join(' ')

/** How somebody enters with what she was handed; the institution's own steps where it has them. */
function stepsFor({ institution, publicUrl }: Context, byKey: boolean): string[] {
  if (byKey)
    return [
      `Abra ${publicUrl}/activar en un navegador.`,
      'Escriba la clave; los espacios no cuentan.',
      'Elija su contraseña y guárdela solo para usted.',
    ]
  if (institution.letters.slip.steps.length > 0) return [...institution.letters.slip.steps]
  return [
    institution.webmail ? `Abra ${institution.webmail} en un navegador.` : 'Abra su correo institucional.',
    'Escriba la cuenta completa y la contraseña, sin espacios.',
    `Cambie la contraseña por una suya en ${publicUrl}/contrasena`,
  ]
}

/** What stays with the area is cut off: the half with the secret goes with the person. */
const receipt = ({ account, folio, holder }: SlipAsk, responsibility: string): Part => ({
  is: 'receipt',
  title: 'Recibí los datos de acceso',
  text: `${holder} · ${account} · folio ${folio}. ${responsibility || 'Esta parte se recorta y se queda en el área.'}`,
  fields: ['Nombre', 'Firma', 'Fecha y hora'],
})

/**
 * The sheet with what signs in, as a PDF: streamed once, where the secret is. Nothing of it is written anywhere: not to
 * a table, not to a file, not to the log.
 */
export function drawSlip(ctx: Context, ask: SlipAsk): Promise<Buffer> {
  const { institution } = ctx
  const { slip } = institution.letters
  const byKey = 'activationKey' in ask.secret
  const secret = 'activationKey' in ask.secret ? ask.secret.activationKey : ask.secret.password
  const facts: Fact[] = [
    { name: 'Persona', value: ask.holder },
    { name: slip.code ? 'Usuario' : 'Cuenta', value: ask.account, key: true },
    { name: 'Tipo de cuenta', value: ask.label ?? '' },
    { name: 'Fecha', value: when(ask.at, institution.timeZone) },
  ]
  const parts: Part[] = [
    { is: 'title', text: slip.title, ...(slip.code ? { about: slip.code } : {}) },
    { is: 'facts', facts: facts.filter(({ value }) => value !== '') },
    {
      is: 'secret',
      label: byKey ? 'Clave de activación' : 'Contraseña temporal',
      text: inFours(secret),
      note: `Sirve una vez y vence el ${when(ask.expiresAt, institution.timeZone)}.`,
    },
    { is: 'steps', title: 'Cómo entrar', steps: stepsFor(ctx, byKey) },
    {
      is: 'words',
      text: 'Esta hoja se imprime una sola vez. Si se pierde, pida que restablezcan la contraseña. No la comparta ni la fotografíe, y destrúyala después de entrar.',
    },
    ...(slip.receipt || slip.responsibility ? [receipt(ask, slip.responsibility)] : []),
  ]
  return ctx.press.draw({
    title: `${slip.title} ${ask.folio}`,
    colour: institution.brand.colour,
    head: headOf(ctx),
    parts,
    foot: { document: documentLine(ctx, slip.code), folio: ask.folio },
  })
}
