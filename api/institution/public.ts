import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Static } from 'typebox'
import type { PublicInstitution } from './contract.ts'
import type { Institution } from './institution.ts'

type Told = Static<typeof PublicInstitution>

const built = join(import.meta.dirname, '../../web/dist/server/publico.js')

/** What anybody may know of the institution. Picked by hand: nothing of providers, limits or the padrón. */
export function toPublic(institution: Institution, demo: boolean): Told {
  const { name, shortName, timeZone, brand, delivery, confirmation, webmail } = institution
  const told = {
    name,
    shortName,
    timeZone,
    brand: { colour: brand.colour, logo: brand.logo === null ? null : '/logo.svg' },
    contact: { ...institution.contact },
    profiles: Object.entries(institution.profiles).map(([profile, { claim }]) => ({
      name: profile,
      claim: claim.map(field => publicField(institution, field)),
    })),
    directions: { ...institution.directions },
    texts: { ...institution.texts },
    privacyNotice: { ...institution.privacyNotice },
    delivery,
    confirmation,
    webmail,
    kiosk: { ...institution.kiosk },
    demo,
  }
  return { ...told, version: versionOf(told) }
}

/** The same on every node that runs this build for this institution. */
const versionOf = (told: Omit<Told, 'version'>) =>
  createHash('sha256')
    .update(readFileSync(built))
    .update(JSON.stringify(told))
    .digest('base64url')
    .slice(0, 12)

function publicField(institution: Institution, name: string) {
  const { label, hint, pattern } = institution.fields[name] as Institution['fields'][string]
  return { name, label, hint, pattern }
}
