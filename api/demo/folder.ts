import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Folder {
  path: string
  remove(): void
}

const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A fresh folder for one demo: nobody else opens it, and those of demos that ended are cleared away. */
export function demoFolder(dataDir: string): Folder {
  mkdirSync(dataDir, { recursive: true })
  for (const name of readdirSync(dataDir).filter(name => name.startsWith('demo-'))) {
    const pid = Number(readPid(join(dataDir, name)))
    if (!pid || !isRunning(pid)) rmSync(join(dataDir, name), { recursive: true, force: true })
  }
  const own = mkdtempSync(join(dataDir, 'demo-'))
  writeFileSync(join(own, 'pid'), String(process.pid))
  return { path: join(own, 'database'), remove: () => rmSync(own, { recursive: true, force: true }) }
}

function readPid(folder: string): string {
  try {
    return readFileSync(join(folder, 'pid'), 'utf8')
  } catch {
    return ''
  }
}
