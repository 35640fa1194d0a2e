import { join } from 'node:path'
import { readChain } from './chain.ts'
import { checkAccounts } from './check-accounts.ts'
import { checkDirectories } from './check-directories.ts'
import { checkDomains } from './check-domains.ts'
import { checkPeople } from './check-people.ts'
import { checkRegistries } from './check-registries.ts'
import { checkDoors, checkKiosk, checkRest } from './check-rest.ts'
import { readBeside } from './files.ts'
import type { Institution } from './institution.ts'
import { checkLetters } from './letters.ts'
import { reportMissing } from './missing.ts'
import { InstitutionError, type Problem } from './problem.ts'
import { resolved, resolvedProviders } from './resolve.ts'
import { shaped } from './shape.ts'
import { resolvedSignIn } from './sign-in.ts'
import { nearest, shown, type Written } from './written.ts'

export interface LoadOptions {
  /** Folder of the presets; the ones that come with the service unless told. */
  presetsDir?: string
  /** Keys of the sentences that `texts` may say otherwise; unchecked when absent. */
  knownTexts?: readonly string[]
  /** Against which documents expire. */
  now?: Date
}

const PRESETS = join(import.meta.dirname, 'presets')

/**
 * Reads an institution by its preset's name or the path of a YAML file. Throws `InstitutionError` with every problem
 * found, each as `file:line: key: reason`, so that a file that cannot work never starts.
 */
export function loadInstitution(
  nameOrPath: string,
  env: NodeJS.ProcessEnv,
  options: LoadOptions = {},
): Institution {
  const written = readChain(nameOrPath, options.presetsDir ?? PRESETS)
  const { report, reportOnce, problems } = listening(written)
  const file = shaped(written, report)
  reportMissing(file, reportOnce)
  checkPeople(file, report)
  checkAccounts(file, report)
  checkDomains(file, report)
  checkRest(file, report, options.knownTexts)
  checkKiosk(file, report)
  checkDoors(file, report)
  checkLetters(file, report)
  const beside = readBeside(file, written, report)
  const providers = resolvedProviders(file, beside, env, report)
  checkDirectories(providers, Object.keys(file.accounts ?? {}), report)
  checkRegistries(providers, report)
  const signIn = resolvedSignIn(file, beside, env, report)
  if (problems.length > 0) throw new InstitutionError(inOrder(problems, shown(written.file)))
  return resolved(file, beside, { providers, signIn }, options.now ?? new Date())
}

/** Collects problems with the place where each key was written. */
function listening(written: Written) {
  const problems: Problem[] = []
  const report = (path: readonly string[], reason: string) => {
    const { file, line } = nearest(written, path)
    const problem = { file: shown(file), line, path: path.join('.'), reason }
    if (!problems.some(known => sameFault(known, problem))) problems.push(problem)
  }
  /** Silent where the key or its surroundings are already known to be wrong: what was left out is not missing. */
  const reportOnce = (path: readonly string[], reason: string) => {
    const key = path.join('.')
    if (!problems.some(({ path }) => under(key, path) || under(path, key))) report(path, reason)
  }
  return { report, reportOnce, problems }
}

/** Both numbers of a bad pair are one fault. */
const sameFault = (a: Problem, b: Problem) =>
  a.line === b.line && a.file === b.file && a.reason === b.reason && numberless(a.path) === numberless(b.path)

const numberless = (path: string) => path.replaceAll(/\.\d+/g, '')

/** As somebody reads who mends them: her own file first, line by line. */
const inOrder = (problems: readonly Problem[], own: string) =>
  problems.toSorted(
    (a, b) =>
      Number(b.file === own) - Number(a.file === own) || a.file.localeCompare(b.file) || a.line - b.line,
  )

const under = (inner: string, outer: string) => inner === outer || inner.startsWith(`${outer}.`)
