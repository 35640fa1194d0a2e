import { isDeepStrictEqual } from 'node:util'
import { eq } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Db } from '../db/open.ts'
import { letterTemplate } from '../db/schema.ts'
import type { ReplyWords } from '../institution/letters.ts'
import type { Letter } from './letter.ts'
import { letters, wordsOf } from './letters.ts'

/**
 * The row of the words that are in force, written when they are first seen. Words that changed without another version
 * are told apart from those of before: `1`, then `1-2`, `1-3`.
 */
export async function templateOf(
  ctx: Context,
  tx: Db,
  letter: Letter,
): Promise<{ id: number; version: string; words: ReplyWords }> {
  const words: ReplyWords = wordsOf(ctx.institution, letter)
  const { version, ...said } = words
  const known = await tx.select().from(letterTemplate).where(eq(letterTemplate.letter, letter.name))
  const same = known.find(
    row =>
      (row.version === version || row.version.startsWith(`${version}-`)) &&
      isDeepStrictEqual(row.words, said),
  )
  if (same) return { id: same.id, version: same.version, words }
  const names = new Set(known.map(row => row.version))
  let [free, nth] = [version, 1]
  while (names.has(free)) free = `${version}-${++nth}`
  const [made] = await tx
    .insert(letterTemplate)
    .values({ letter: letter.name, version: free, words: said })
    .onConflictDoNothing()
    .returning({ id: letterTemplate.id })
  // Somebody else wrote it at the same moment: hers is read.
  return made ? { id: made.id, version: free, words } : templateOf(ctx, tx, letter)
}

/** Keeps every version that comes into force, whether or not a letter is ever written by it. */
export async function keepTemplates(ctx: Context): Promise<void> {
  for (const letter of letters) await templateOf(ctx, ctx.db, letter)
}
