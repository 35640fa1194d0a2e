/** Fields whose words the institution may leave as they are. CURT has none: no public definition of it exists. */
const CURP_HINT = '18 letras y números, como aparece en su constancia'

/** Shape of a CURP; date, entity, words and check digit are checked beside it. */
const curpPattern = (sexX: boolean) =>
  `^[A-Z][AEIOUX][A-Z]{2}\\d{6}[${sexX ? 'HMX' : 'HM'}][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[0-9A-Z]\\d$`

export const CLAIMABLE = ['curp', 'curt', 'controlNumber'] as const

/** Words and pattern of the fields that have defaults. */
export const defaultFields = (sexX: boolean) => ({
  curp: { label: 'CURP', hint: CURP_HINT, pattern: curpPattern(sexX) },
  controlNumber: {
    label: 'Número de control',
    hint: 'Está en su credencial o en su carga académica',
    pattern: '^[A-Z]?\\d{8}$',
  },
})
