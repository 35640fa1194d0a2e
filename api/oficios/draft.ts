import type { Context } from '../context.ts'
import type { Member } from '../staff/member.ts'
import { year } from './clock.ts'
import { dayOf } from './dates.ts'
import { type Facts, factsOf, fill, fillings } from './facts.ts'
import { letters, wordsOf } from './letters.ts'
import { numberOf, upcoming } from './number.ts'

/** «Mtra. Ana Ruiz, Jefa del Nivel» is a name and a post. */
function addressee({ oficio, holder, holderPost, unit }: Facts) {
  if (!oficio) return { name: holder, post: holderPost, ...(unit === '' ? {} : { place: unit }) }
  const [name = '', ...post] = oficio.sender.split(',')
  return { name: name.trim(), post: post.join(',').trim() }
}

/** The letters that suit an act, their words filled in. Refusals: `not-found`, `movement-unfinished`. */
export async function draftOficios(ctx: Context, member: Member, folio: string) {
  const { institution } = ctx
  const { letters: own, timeZone } = institution
  const facts = await factsOf(ctx, ctx.db, member, folio)
  const told = fillings(ctx, facts)
  const [first] = own.areas
  if (!first) throw new Error('an institution without an area that numbers letters')
  const now = await year(ctx, ctx.db)
  const next =
    first.number === null ? null : numberOf(first, await upcoming(ctx.db, first.code, now.year), now.year)
  return letters
    .filter(({ answers }) => answers.includes(facts.kind))
    .map(letter => {
      const words = wordsOf(institution, letter)
      return {
        letter: letter.name,
        title: words.title,
        words: {
          addressee: addressee(facts),
          subject: fill(words.subject, told),
          antecedent: fill(facts.oficio ? words.antecedent : words.request, told),
          body: fill(words.body, told),
          signer: { ...own.signer },
          copies: [...own.copies],
          initials: own.initials,
          place: own.place,
          date: dayOf(now.at, timeZone),
        },
        areas: own.areas.map(({ code }) => code),
        typedNumber: first.number === null,
        nextNumber: next,
      }
    })
}
