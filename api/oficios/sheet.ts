/** A document as plain data, in the order in which it is read. Whoever composes one knows nothing of PDF. */
export interface Sheet {
  title: string
  /** Of the institution: `#RRGGBB`, dark enough for white text. */
  colour: string
  head: { name: string; area: string; shortName: string }
  wide?: true
  parts: Part[]
  foot: {
    /** Code, version and date of the procedure. */
    document: string
    folio: string
    /** What stands beside the QR; only a document that can be looked up has them. */
    check?: { url: string; words: string }
  }
  /** Across the page, where the document is none (any more). */
  mark?: string
}

export type Part =
  | { is: 'title'; text: string; about?: string }
  /** At the right, as an oficio begins: number, matter, place and date. */
  | { is: 'opening'; facts: Fact[]; line: string }
  | { is: 'addressee'; name: string; lines: string[]; greeting: string }
  | { is: 'words'; text: string }
  | { is: 'steps'; title: string; steps: string[] }
  /** Two columns, a hairline a row. */
  | { is: 'facts'; facts: Fact[] }
  /** What signs in: large, in letters that cannot be confused. */
  | { is: 'secret'; label: string; text: string; note: string }
  | { is: 'signature'; before: string; name: string; lines: string[] }
  /** To be cut off and kept: lines to be filled by hand, side by side. */
  | { is: 'receipt'; title: string; text: string; fields: string[] }
  | { is: 'notes'; lines: string[] }
  | { is: 'table'; columns: { name: string; share: number; keys?: true }[]; rows: string[][] }

export interface Fact {
  name: string
  value: string
  /** A key, an account or a folio: drawn in the mono. */
  key?: true
}

/**
 * What may be drawn of a text: no control characters, nothing that turns the direction of what follows, no half of a
 * character. `lines` keeps the breaks between lines.
 */
export function drawable(text: string, lines = false): string {
  const whole = text.toWellFormed().normalize('NFC').replaceAll(/\r\n?/g, '\n')
  const broken = lines ? whole : whole.replaceAll('\n', ' ')
  return broken
    .replaceAll('\t', ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029\ufffd]/gu, sign => (sign === '\n' ? sign : ''))
}
