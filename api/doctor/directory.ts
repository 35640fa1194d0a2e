import { ownPasswordAtLeast, temporaryPassword } from '../accounts/password.ts'
import type { Institution } from '../institution/institution.ts'
import { openExaminer } from '../providers/examiners.ts'
import { about, type ExaminedKind, type Examiner, type Finding } from '../providers/finding.ts'
import { drawn } from '../token.ts'
import { examineDoor } from './network.ts'

const small = 'bcdfghjkmnpqrstvwxyz'
/** As few characters as a person may choose, of one class. */
const plainest = () => drawn(small, ownPasswordAtLeast)

/** Kinds of account by provider, as each stands in the institution's file. */
const kindsOf = (institution: Institution, name: string): ExaminedKind[] =>
  institution.accounts
    .filter(({ provider }) => provider.includes(name))
    .map(({ kind, domain, provider }) => ({ kind, domain, holds: provider[0] === name }))

/** Way there, sign-in and what everything hangs on; ends at the first fault. */
async function* quick(name: string, examiner: Examiner): AsyncIterable<Finding> {
  for (const look of [() => examiner.door && examineDoor(name, examiner.door), examiner.glance]) {
    for await (const finding of look() ?? []) {
      yield finding
      if (finding.ok === 'no') return
    }
  }
}

/** One provider's glance, over connections that are closed afterwards. */
export async function* glanceDirectory(institution: Institution, name: string): AsyncIterable<Finding> {
  yield* opened(institution, name, examiner => quick(name, examiner))
}

/** All of it: the glance, then a throw-away account in each unit. */
export async function* examineDirectory(institution: Institution, name: string): AsyncIterable<Finding> {
  const ask = {
    kinds: kindsOf(institution, name),
    password: temporaryPassword,
    ownPassword: plainest(),
  }
  yield* opened(institution, name, async function* (examiner) {
    for await (const finding of quick(name, examiner)) {
      yield finding
      if (finding.ok === 'no')
        return void (yield about(name).skipped('entry-create', 'sin directorio no se prueba ninguna cuenta'))
    }
    yield* examiner.examine(ask)
  })
}

async function* opened(
  institution: Institution,
  name: string,
  work: (examiner: Examiner) => AsyncIterable<Finding>,
): AsyncIterable<Finding> {
  const settings = institution.providers[name]
  if (!settings) return
  const examiner = openExaminer(name, settings)
  try {
    yield* work(examiner)
  } finally {
    examiner.stop()
  }
}
