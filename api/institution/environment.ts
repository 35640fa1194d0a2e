import { readFileSync } from 'node:fs'

/** The value of `NAME`, or of the file that `NAME_FILE` names (its last line break is not part of it). */
export function fromEnvironment(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const file = env[`${name}_FILE`]
  try {
    const value = env[name] || (file ? readFileSync(file, 'utf8').replace(/\r?\n$/, '') : '')
    return value || undefined
  } catch {
    return undefined
  }
}
