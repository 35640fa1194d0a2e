/** One reason why an institution file cannot work. `path` is the key (`accounts.personal.domain`). */
export interface Problem {
  file: string
  line: number
  path: string
  reason: string
}

/** Says that something is wrong at a key; where that key was written is found by whoever listens. */
export type Report = (path: readonly string[], reason: string) => void

/** The file is refused. The message holds one line per problem: `file:line: key: reason`. */
export class InstitutionError extends Error {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(printed).join('\n'))
    this.name = 'InstitutionError'
    this.problems = problems
  }
}

const printed = ({ file, line, path, reason }: Problem) =>
  [`${file}:${line}`, path, reason].filter(part => part !== '').join(': ')
