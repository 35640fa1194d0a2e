import { type HandingOver, pageWith } from '../letter.ts'
import { say } from './words.ts'

/** «Si usted no lo pidió, avísenos»: the sentence of every mail that hands something over, and its link. */
export function notMe({ publicUrl, alert, contact, texts }: HandingOver): { said: string; link: string } {
  const link = pageWith(publicUrl, 'no-fui-yo', alert)
  const reach = [contact.phone, contact.hours].filter(Boolean).join(', ')
  return { said: say('mail.temporary-password.not-me', texts, { link, reach }), link }
}
