import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { InstitutionError } from './problem.ts'
import { merged, readWritten, shown, type Written } from './written.ts'

const PRESET = /^[a-z][a-z0-9-]*$/

/** Reads a preset by name, or a YAML file by path, with all that it extends merged under it. */
export function readChain(nameOrPath: string, presetsDir: string): Written {
  const file = PRESET.test(nameOrPath) ? resolve(presetsDir, `${nameOrPath}.yaml`) : resolve(nameOrPath)
  if (PRESET.test(nameOrPath) && !existsSync(file)) {
    const reason = `no existe; hay: ${presets(presetsDir)}. Para un archivo escriba su ruta, por ejemplo ./${nameOrPath}.yaml`
    throw new InstitutionError([{ file: nameOrPath, line: 1, path: '', reason }])
  }
  return read(file, [], presetsDir)
}

function read(file: string, above: readonly string[], presetsDir: string): Written {
  const root = readWritten(file)
  const base = root.entries.get('extends')
  if (!base) return root
  const refuse = (reason: string) =>
    new InstitutionError([{ file: shown(file), line: base.line, path: 'extends', reason }])
  const name = base.kind === 'scalar' ? String(base.value) : ''
  const next = resolve(presetsDir, `${name}.yaml`)
  if (!PRESET.test(name) || !existsSync(next)) {
    throw refuse(`no hay un modelo con ese nombre; hay: ${presets(presetsDir)}`)
  }
  if ([...above, file].includes(next)) throw refuse('los modelos se extienden en círculo')
  const own = new Map(root.entries)
  own.delete('extends')
  return merged(read(next, [...above, file], presetsDir), { ...root, entries: own })
}

const presets = (folder: string) =>
  readdirSync(folder)
    .filter(file => file.endsWith('.yaml'))
    .map(file => file.slice(0, -5))
    .join(', ')
