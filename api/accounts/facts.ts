import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import type { Db } from '../db/open.ts'
import { affiliation, contact, person } from '../db/schema.ts'
import type { NamingFacts } from './naming.ts'

/** What an address is derived from: the person's name and her post or enrolment. */
export async function namingFacts(db: Db, affiliationId: number): Promise<NamingFacts> {
  const [found] = await db
    .select({ person, affiliation })
    .from(affiliation)
    .innerJoin(person, eq(person.id, affiliation.personId))
    .where(eq(affiliation.id, affiliationId))
  if (!found) throw new Error(`no affiliation ${affiliationId}`)
  const { given, surname1, surname2 } = found.person
  const student = found.affiliation.profile === 'student'
  return {
    given,
    surname1,
    surname2,
    cct: found.affiliation.centre,
    ...(student ? { controlNumber: found.affiliation.key } : {}),
  }
}

/** The alternate address of this moment: verified ones first, then the newest. Bounced ones do not count. */
export async function alternateEmail(
  db: Db,
  personId: string,
): Promise<{ address: string; coolingUntil: Date | null } | undefined> {
  const [found] = await db
    .select({ address: contact.address, coolingUntil: contact.coolingUntil })
    .from(contact)
    .where(and(eq(contact.personId, personId), isNull(contact.to), isNull(contact.bouncedAt)))
    .orderBy(sql`${contact.verifiedAt} desc nulls last`, desc(contact.from), desc(contact.id))
    .limit(1)
  return found
}

/** Where an account's secrets go: to its person; of a work centre whose director has no address, to the centre's registered one. */
export async function deliveryAddress(
  db: Db,
  unit: string,
  personId: string,
): Promise<{ address: string } | undefined> {
  const hers = await alternateEmail(db, personId)
  if (hers || unit === '') return hers
  const [centres] = await db
    .select({ address: contact.address })
    .from(contact)
    .where(and(eq(contact.cct, unit), isNull(contact.to), isNull(contact.bouncedAt)))
    .orderBy(desc(contact.id))
    .limit(1)
  return centres
}
