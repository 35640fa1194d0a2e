import * as Type from 'typebox'
import { closed, oneOf, optional, word } from './schema-values.ts'

/** Letters that answer an act. */
const REPLIES = ['creation', 'reset', 'reassignment', 'block', 'closure'] as const
export type ReplyName = (typeof REPLIES)[number]

/** What a letter's words may name, between braces. */
export const LETTER_FACTS = [
  'account',
  'kind',
  'holder',
  'previousHolder',
  'unit',
  'oficio',
  'oficioDate',
  'sender',
  'date',
  'folio',
  'reason',
  'until',
] as const

/** Movements that a register may list. */
export const REGISTERED = [
  'account-creation',
  'password-reset',
  'activation-key-issue',
  'account-reassignment',
  'account-blocked',
  'account-unblocked',
  'account-closure',
  'account-reopening',
] as const

const coded = <S extends Type.TSchema>(item: S, about: string) =>
  Type.Record(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9./-]{0,39}$' }), item, {
    ...closed,
    description: about,
  })

const Reply = optional(
  {
    version: word('Versión de estas palabras; suba al cambiarlas'),
    title: word('Cómo se llama este oficio: Respuesta a una creación'),
    subject: word('Asunto'),
    antecedent: word('Antecedente, cuando hay un oficio que se contesta'),
    request: word('Antecedente, cuando no lo hay'),
    body: word('Cuerpo; un renglón vacío separa párrafos'),
    closing: word('Despedida'),
  },
  'Palabras de un oficio; entre llaves, datos del movimiento: {account}, {holder}, {oficio}',
)

export const Letters = optional(
  {
    place: word('Lugar que encabeza los oficios: Colima, Colima'),
    areas: coded(
      optional(
        {
          name: word('Nombre del área que firma'),
          number: word(
            'Forma del número: {area}/{number}/{year}; {number:4} lleva ceros hasta cuatro cifras',
          ),
          typed: Type.Boolean({
            description: 'El número sale de un registro propio de la institución y alguien lo escribe',
          }),
        },
        'Un área que numera oficios',
      ),
      'Áreas que numeran oficios, por sus siglas',
    ),
    signer: optional({ name: word('Quién firma'), post: word('Su cargo') }, 'Quién firma'),
    copies: Type.Array(word('A quién se marca copia'), { maxItems: 10, description: 'Copias' }),
    initials: word('Iniciales de quien firma y de quien elabora: RMO/lap'),
    replies: optional(
      Object.fromEntries(REPLIES.map(name => [name, Reply])) as Record<ReplyName, typeof Reply>,
      'Oficios de respuesta',
    ),
    slip: optional(
      {
        code: word('Código del formato: RSDT-08.02'),
        title: word('Nombre del formato'),
        steps: Type.Array(word('Un paso'), { minItems: 1, description: 'Cómo se entra' }),
        responsibility: word('Lo que acepta quien recibe'),
        receipt: Type.Boolean({
          description: 'Lleva renglón de recibido; no, mientras no se diga otra cosa',
        }),
      },
      'Hoja con los datos de acceso',
    ),
    registers: coded(
      optional(
        {
          title: word('Nombre del registro'),
          statement: word('Lo que acepta quien firma'),
          kinds: Type.Array(oneOf(REGISTERED, 'Movimiento'), {
            minItems: 1,
            uniqueItems: true,
            description: 'Movimientos que lleva; todos, mientras no se diga otra cosa',
          }),
        },
        'Un registro que se firma',
      ),
      'Registros que se imprimen y se firman, por su código',
    ),
  },
  'Oficios, hoja de acceso y registros',
)
