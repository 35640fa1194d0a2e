import type { Context } from '../context.ts'
import type { ReplyWords } from '../institution/letters.ts'
import type { ReplyName } from '../institution/schema-letters.ts'
import type { Facts } from './facts.ts'
import type { Fact } from './sheet.ts'

/** A letter that answers an act: what it says unless the institution says otherwise. Never what signs in. */
export interface Letter {
  name: ReplyName
  /** Kinds of movement that it answers. */
  answers: readonly string[]
  words: ReplyWords
  /** The account's rows, in two columns. */
  facts(ctx: Context, facts: Facts): Fact[]
}

const usual = {
  antecedent: 'En atención a su oficio {oficio}, de fecha {oficioDate}, me permito informarle lo siguiente.',
  request: 'En atención a su solicitud, me permito informarle lo siguiente.',
  closing: 'Sin otro particular, le envío un cordial saludo.',
}

export const letter = (
  name: ReplyName,
  { words, ...rest }: Omit<Letter, 'name' | 'words'> & { words: Omit<ReplyWords, keyof typeof usual> },
): Letter => ({ name, ...rest, words: { ...usual, ...words } })
