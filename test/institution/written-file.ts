import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { InstitutionError, type Problem } from '../../api/institution/problem.ts'

/** A folder with these files in it; the path of the first. */
export function folderOf(files: Record<string, string | Buffer>): string {
  const folder = mkdtempSync(join(tmpdir(), 'institution-'))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return join(folder, Object.keys(files)[0] as string)
}

/** The problems with which `load` refuses; none when it does not. */
export function problemsOf(load: () => unknown): readonly Problem[] {
  try {
    load()
  } catch (error) {
    if (error instanceof InstitutionError) return error.problems
    throw error
  }
  return []
}
