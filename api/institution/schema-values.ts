import * as Type from 'typebox'

export const closed = { additionalProperties: false } as const
export const optional = <P extends Record<string, Type.TSchema>>(properties: P, about: string) =>
  Type.Partial(Type.Object(properties), { ...closed, description: about })
export const word = (about: string) => Type.String({ minLength: 1, description: about })
export const oneOf = <V extends string[]>(values: readonly [...V], about: string) =>
  Type.Enum(values, { description: about })
export const named = <S extends Type.TSchema>(item: S, about: string) =>
  Type.Record(Type.String({ pattern: '^[a-z][A-Za-z0-9-]{0,39}$' }), item, { ...closed, description: about })

export const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'Fecha: 2026-01-15' })
export const Https = Type.String({
  pattern: '^https://[^\\s]+$',
  description: 'Dirección que empieza con https://',
})
export const Domain = Type.String({
  pattern: '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]*[a-z0-9]$',
  maxLength: 253,
  description: 'Dominio en minúsculas',
})
export const Expression = Type.String({
  description: 'Expresión regular: ^…$, 64 caracteres a lo más, de tiempo lineal',
})
export const Duration = Type.String({
  pattern: '^[1-9]\\d{0,5}[smhd]$',
  description: 'Duración: 90s, 15m, 24h, 30d',
})
export const Limits = Type.Array(Type.Tuple([Type.Integer({ minimum: 1, maximum: 1_000_000 }), Duration]), {
  minItems: 1,
  description: 'Pares [cuenta, ventana]; valen todos',
})
export const OneOrMore = (about: string) =>
  Type.Union(
    [
      Type.String({ minLength: 1 }),
      Type.Array(Type.String({ minLength: 1 }), { minItems: 1, uniqueItems: true }),
    ],
    {
      description: about,
    },
  )
