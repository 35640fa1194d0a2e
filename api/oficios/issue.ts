import { and, eq, ne } from 'drizzle-orm'
import type { Static } from 'typebox'
import type { Context } from '../context.ts'
import { violates } from '../db/errors.ts'
import type { Db } from '../db/open.ts'
import { movement, oficio } from '../db/schema.ts'
import type { Area } from '../institution/letters.ts'
import { newFolio } from '../movements/folio.ts'
import type { Actor } from '../movements/movement.ts'
import { record } from '../movements/record.ts'
import { Refusal } from '../refusal.ts'
import type { Member } from '../staff/member.ts'
import { year } from './clock.ts'
import { type Content, contentOf, sheetOf } from './compose.ts'
import type { Words } from './contract.ts'
import { factsOf } from './facts.ts'
import { letters } from './letters.ts'
import { numberOf, takeNumber } from './number.ts'
import { drawable } from './sheet.ts'
import { templateOf } from './template.ts'

interface Ask {
  movement: string
  letter: string
  area: string
  number?: string
  words: Static<typeof Words>
}

const missing = (name: string) => new Refusal('malformed', 400, { fields: [{ name, code: 'required' }] })

/** What cannot be drawn is not kept; a line of which nothing is left is missing. */
function clean(words: Ask['words']): Ask['words'] {
  const line = (name: string, text: string) => {
    const left = drawable(text).trim()
    if (left === '') throw missing(`words.${name}`)
    return left
  }
  const { addressee, signer } = words
  return {
    addressee: {
      name: line('addressee.name', addressee.name),
      post: line('addressee.post', addressee.post),
      ...(addressee.place ? { place: drawable(addressee.place) } : {}),
    },
    subject: line('subject', words.subject),
    antecedent: drawable(words.antecedent, true),
    body: drawable(words.body, true),
    signer: { name: line('signer.name', signer.name), post: line('signer.post', signer.post) },
    copies: words.copies.map(copy => drawable(copy)),
    initials: drawable(words.initials),
    place: line('place', words.place),
    date: words.date,
  }
}

/** Everything that is drawn, from an act that this letter answers. */
async function written(ctx: Context, tx: Db, member: Member, ask: Ask) {
  const facts = await factsOf(ctx, tx, member, ask.movement)
  const letter = letters.find(({ name, answers }) => name === ask.letter && answers.includes(facts.kind))
  if (!letter) throw new Refusal('letter-unsuited', 409)
  const area = ctx.institution.letters.areas.find(({ code }) => code === ask.area)
  if (!area) throw new Refusal('malformed', 400, { fields: [{ name: 'area', code: 'unknown' }] })
  const template = await templateOf(ctx, tx, letter)
  const { closing } = template.words
  const words = clean(ask.words)
  const content = contentOf(ctx, {
    words,
    closing,
    facts: letter.facts(ctx, facts),
    area,
    template: template.version,
  })
  return { facts, area, template, content }
}

/** As it would be. Refusals: those of `factsOf`, `letter-unsuited`, `malformed`. */
export async function previewOficio(ctx: Context, member: Member, ask: Ask): Promise<Buffer> {
  const { content } = await written(ctx, ctx.db, member, ask)
  return ctx.press.draw(sheetOf(content))
}

/** The register's next number, or the one that somebody took from a register of the institution's own. */
async function numbered(tx: Db, area: Area, now: number, typed: string | undefined) {
  if (area.number !== null) {
    if (typed !== undefined)
      throw new Refusal('malformed', 400, { fields: [{ name: 'number', code: 'unknown' }] })
    const ordinal = await takeNumber(tx, area.code, now)
    return { ordinal, number: numberOf(area, ordinal, now) }
  }
  const number = drawable(typed ?? '').trim()
  if (number === '') throw missing('number')
  return { ordinal: null, number }
}

/**
 * A letter with its number, in one transaction: no number without a letter. Refusals: those of a preview,
 * `letter-exists` where the act has been answered, `number-taken`.
 */
export async function issueOficio(ctx: Context, actor: Actor, member: Member, ask: Ask): Promise<string> {
  const made = ctx.db.transaction(async whole => {
    const tx = whole as Db
    const { facts, area, template, content } = await written(ctx, tx, member, ask)
    await tx.select({ id: movement.id }).from(movement).where(eq(movement.id, facts.movement)).for('update')
    await refuseWhenAnswered(tx, facts.movement, ask.letter)
    const now = await year(ctx, tx)
    const { ordinal, number } = await numbered(tx, area, now.year, ask.number)
    const [row] = await tx
      .insert(oficio)
      .values({
        ...{
          folio: await freeFolio(tx, now.year),
          letter: ask.letter,
          templateId: template.id,
          state: 'issued',
        },
        ...{ area: area.code, year: now.year, ordinal, number, memberId: member.id },
        ...{ movementId: facts.movement, accountId: facts.account },
        content: content as Content & Record<string, unknown>,
      })
      .returning({ id: oficio.id, folio: oficio.folio })
    if (!row) throw new Error('no letter was written')
    const detail = { oficio: row.folio, number, letter: ask.letter, template: template.version }
    await record(tx, actor, { kind: 'oficio-issued', movementId: facts.movement, detail })
    return row.id
  })
  return made.catch(error => {
    throw violates(error, 'oficio_number') ? new Refusal('number-taken', 409) : error
  })
}

async function refuseWhenAnswered(tx: Db, movementId: string, name: string): Promise<void> {
  const [before] = await tx
    .select({ id: oficio.id, number: oficio.number })
    .from(oficio)
    .where(and(eq(oficio.movementId, movementId), eq(oficio.letter, name), ne(oficio.state, 'void')))
  if (before) throw new Refusal('letter-exists', 409, { oficio: before.id, number: before.number })
}

async function freeFolio(tx: Db, now: number): Promise<string> {
  for (;;) {
    const folio = newFolio('O', now)
    const taken = await tx.select({ id: oficio.id }).from(oficio).where(eq(oficio.folio, folio))
    if (taken.length === 0) return folio
  }
}
