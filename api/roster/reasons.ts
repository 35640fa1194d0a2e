import type { AddressRefusal } from './alternate-address.ts'
import type { CurpProblem } from './curp.ts'

const DIGIT_MEANT: Record<string, string> = { O: '0', I: '1', L: '1' }

/** Why a CURP of a padrón is refused, for who mends the file. */
export function curpReason(curp: string, { code, at = 0 }: CurpProblem): string {
  const letter = curp.charAt(at - 1)
  switch (code) {
    case 'length':
      return `la CURP debe tener 18 letras y números; trae ${[...curp].length}`
    case 'shape':
      return at
        ? `lugar ${at}: la letra ${letter} no puede ir ahí`
        : 'la CURP no tiene la forma de 4 letras, 6 números, 6 letras y 2 lugares más'
    case 'letter-for-digit':
      return `lugar ${at}, letra ${letter} en vez de ${DIGIT_MEANT[letter] ?? 'un número'}`
    case 'date':
      return 'la fecha de nacimiento (lugares 5 a 10) no existe o es futura'
    case 'entity':
      return `la clave de entidad ${curp.slice(11, 13)} (lugares 12 y 13) no existe`
    case 'sex':
      return `lugar 11: va H, M o X y vino ${letter}`
    case 'word':
      return `las cuatro primeras letras ${curp.slice(0, 4)} no se asignan en una CURP`
    case 'check-digit':
      return 'el último dígito no corresponde; revise la CURP completa'
  }
}

/** Why an alternate address is left out; its person is loaded without one. */
export const addressReasons: Record<AddressRefusal, string> = {
  malformed: 'no es una sola dirección de correo bien escrita; la persona queda sin correo alterno',
  reserved: 'ese dominio no existe en internet; la persona queda sin correo alterno',
  'own-domain': 'es un correo de la propia institución; la persona queda sin correo alterno',
  placeholder: 'es un relleno, no un correo; la persona queda sin correo alterno',
}
