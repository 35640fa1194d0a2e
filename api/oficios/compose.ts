import type { Static } from 'typebox'
import type { Context } from '../context.ts'
import type { Area } from '../institution/letters.ts'
import { day } from '../mail/when.ts'
import type { Words } from './contract.ts'
import { written } from './dates.ts'
import type { Fact, Part, Sheet } from './sheet.ts'

/** Everything that is drawn of a letter; it stands in its row, and whatever changes later does not touch it. */
export interface Content {
  words: Static<typeof Words>
  closing: string
  facts: Fact[]
  head: Sheet['head']
  colour: string
  /** Code and version of the procedure, for the foot. */
  document: string
  documentCode: string
  /** Where its folio can be looked up. */
  site: string
  institution: string
}

/** «PSDT-08 · versión 01 · vigente desde el 26 mar 2014» */
export function documentLine({ institution }: Context, code?: string): string {
  const { documents, timeZone } = institution
  if (!documents) return code ?? ''
  const from = documents.from
    ? `vigente desde el ${day(new Date(`${documents.from}T18:00:00Z`), timeZone)}`
    : ''
  return [code || documents.code, `versión ${documents.version}`, from].filter(Boolean).join(' · ')
}

export const headOf = ({ institution }: Context, area = ''): Sheet['head'] => ({
  name: institution.letterhead.head,
  area: area || institution.letterhead.foot,
  shortName: institution.shortName,
})

export function contentOf(
  ctx: Context,
  ask: { words: Static<typeof Words>; closing: string; facts: Fact[]; area: Area; template: string },
): Content {
  const { institution, publicUrl } = ctx
  const { words, closing, facts, area, template } = ask
  return {
    words,
    closing,
    facts,
    head: headOf(ctx, area.name),
    colour: institution.brand.colour,
    document: [documentLine(ctx), `oficio de respuesta, versión ${template}`].filter(Boolean).join(' · '),
    documentCode: institution.documents?.code ?? '',
    site: publicUrl,
    institution: institution.name,
  }
}

interface Issued {
  folio: string
  number: string
  /** «22 nov 2026» */
  on: string
  isVoid: boolean
}

/** A letter in the order of a Mexican oficio; a draft has no number and no folio, and says so. */
export function sheetOf(content: Content, issued?: Issued): Sheet {
  const { words, closing, facts, head, colour, document, site, institution } = content
  const { addressee, signer } = words
  const parts: Part[] = [
    {
      is: 'opening',
      facts: [
        { name: 'Oficio núm.', value: issued?.number ?? '(al generarlo)', key: true },
        { name: 'Asunto', value: words.subject },
      ],
      line: `${words.place}, a ${written(words.date)}`,
    },
    {
      is: 'addressee',
      name: addressee.name,
      lines: [addressee.post, addressee.place ?? ''].filter(Boolean),
      greeting: 'Presente',
    },
    { is: 'words', text: words.antecedent },
    { is: 'words', text: words.body },
    { is: 'facts', facts },
    { is: 'words', text: closing },
    { is: 'signature', before: 'Atentamente', name: signer.name, lines: [signer.post] },
    { is: 'notes', lines: [...words.copies.map(copy => `c.c.p. ${copy}`), words.initials].filter(Boolean) },
  ]
  const check = issued && {
    url: `${site}/verificar/${issued.folio}`,
    words: `Documento generado por ${institution} el ${issued.on}. Compruebe que sigue vigente con el código o en esta dirección:`,
  }
  return {
    title: issued ? `Oficio ${issued.number}: ${words.subject}` : words.subject,
    colour,
    head,
    parts,
    foot: { document, folio: issued?.folio ?? '', ...(check ? { check } : {}) },
    ...(issued?.isVoid ? { mark: 'ANULADO' } : issued ? {} : { mark: 'BORRADOR' }),
  }
}
