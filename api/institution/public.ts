import type { Static } from 'typebox'
import type { PublicInstitution } from './contract.ts'
import type { Institution } from './institution.ts'

/** What anybody may know of the institution. Picked by hand: nothing of providers, limits or the padrón. */
export function toPublic(institution: Institution, demo: boolean): Static<typeof PublicInstitution> {
  const { name, shortName, timeZone, brand, delivery, confirmation, webmail } = institution
  return {
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
    demo,
  }
}

function publicField(institution: Institution, name: string) {
  const { label, hint, pattern } = institution.fields[name] as Institution['fields'][string]
  return { name, label, hint, pattern }
}
