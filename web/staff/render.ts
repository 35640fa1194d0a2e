import { writeDocument } from '../ui/document.ts'
import favicon from '../ui/favicon.svg?no-inline'
import { fill } from '../words/say.ts'
import { staffEsMX } from '../words/staff-es-MX.ts'
import { staffSentenceKeys } from '../words/staff-keys.ts'
import type { PublicInstitution } from './institution.ts'

/** Of the browser's build: put here by `build.ts`. */
declare const BUILT: { script: string; preloads: string[]; styles: string[] }

export { staffSentenceKeys }

/** The staff's document, one for every address: nothing in it is of a person, and all that it shows comes later. */
export const render = ({ institution, style }: { institution: PublicInstitution; style: string }): string =>
  writeDocument({
    ...{
      language: 'es-MX',
      favicon,
      style,
      script: BUILT.script,
      preloads: BUILT.preloads,
      told: institution,
    },
    title: `${staffEsMX['site.name']} – ${institution.shortName}`,
    head: [
      '<meta name="robots" content="noindex, nofollow">',
      ...BUILT.styles.map(sheet => `<link rel="stylesheet" href="${sheet}">`),
    ],
    body: `<div id="site" class="desk"></div>\n<noscript>${fill(staffEsMX['frame.noScript'], {
      phone: institution.contact.phone ?? '',
    })}</noscript>`,
  })
