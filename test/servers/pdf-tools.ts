import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const programs = ['pdftotext', 'pdfinfo', 'pdffonts', 'pdftoppm', 'qpdf', 'zbarimg']

/** The command that installs what reads PDFs apart from us. */
export const missing = (): string | undefined =>
  programs.every(name => existsSync(`/usr/bin/${name}`))
    ? undefined
    : 'apt-get install --no-install-recommends poppler-utils qpdf zbar-tools'

/** Lays bytes in a folder for as long as a program looks at them. */
export function withFile<T>(bytes: Buffer, look: (path: string, folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'mci-pdf-'))
  try {
    const path = join(folder, 'document.pdf')
    writeFileSync(path, bytes)
    return look(path, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const run = (name: string, ...args: string[]) =>
  execFileSync(name, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** Its words as somebody reads them, line by line. */
export const textOf = (pdf: Buffer): string =>
  withFile(pdf, path => run('pdftotext', '-layout', '-enc', 'UTF-8', path, '-'))

/** `Tagged: yes` and the like. */
export const factsOf = (pdf: Buffer): Record<string, string> =>
  withFile(pdf, path =>
    Object.fromEntries(
      run('pdfinfo', path)
        .split('\n')
        .map(line => line.split(/:\s+(.*)/s))
        .filter(pair => pair.length > 1)
        .map(([name = '', value = '']) => [name, value.trim()]),
    ),
  )

/** What a screen reader is told, element by element. */
export const structureOf = (pdf: Buffer): string =>
  withFile(pdf, path => run('pdfinfo', '-struct-text', path))

/** The same, as it is read aloud: what stands on the paper beside it is not heard. */
export const heardOf = (pdf: Buffer): string =>
  [...structureOf(pdf).matchAll(/^\s*"(.*)"$/gm)].map(([, said]) => said).join(' ')

/** One row a font: name, embedded, subset, with a map back to letters. */
export const fontsOf = (pdf: Buffer): { name: string; embedded: boolean; readable: boolean }[] =>
  withFile(pdf, path =>
    run('pdffonts', path)
      .split('\n')
      .slice(2)
      .filter(line => line.trim() !== '')
      .map(line => {
        const [embedded, , readable] = line.slice(line.search(/\b(yes|no)\s/)).split(/\s+/)
        return {
          name: line.split(/\s+/)[0] ?? '',
          embedded: embedded === 'yes',
          readable: readable === 'yes',
        }
      }),
  )

/** Unpacked, so that every name in it can be searched for. */
export const openedUp = (pdf: Buffer): string =>
  withFile(pdf, (path, folder) => {
    run('qpdf', '--qdf', '--object-streams=disable', path, join(folder, 'open.pdf'))
    return readFileSync(join(folder, 'open.pdf'), 'latin1')
  })

/** Another PDF of the same, as `qpdf` makes it. */
export const rewritten = (pdf: Buffer, ...args: string[]): Buffer =>
  withFile(pdf, (path, folder) => {
    run('qpdf', ...args, path, join(folder, 'other.pdf'))
    return readFileSync(join(folder, 'other.pdf'))
  })

/** Its first page as a picture. */
export const pictureOf = (pdf: Buffer, format: 'png' | 'jpeg', dpi = 60): Buffer =>
  withFile(pdf, (path, folder) => {
    run('pdftoppm', `-${format}`, '-singlefile', '-r', String(dpi), path, join(folder, 'page'))
    return readFileSync(join(folder, `page.${format === 'jpeg' ? 'jpg' : 'png'}`))
  })

/** What a phone reads of its QR. */
export const qrOf = (pdf: Buffer): string =>
  withFile(pictureOf(pdf, 'png', 150), path => run('zbarimg', '--raw', '-q', path).trim())
