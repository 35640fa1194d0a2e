import { existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'
import { entries, shared } from './vite.config.ts'

/** `node web/build.ts`: both sides of every entry, unless what stands in `dist` is newer than all it is made of. */
const web = import.meta.dirname
const dist = join(web, 'dist')
const sources = [
  '{kiosk,ui,words}/**',
  '*.ts',
  'package.json',
  '../api/**/contract.ts',
  '../api/roster/curp*',
  '../pnpm-lock.yaml',
]

const newest = (patterns: string[]) =>
  Math.max(...globSync(patterns, { cwd: web }).map(path => statSync(join(web, path)).mtimeMs))

function fresh() {
  const made = Object.keys(entries).map(name => join(dist, 'server', `${name}.js`))
  return made.every(existsSync) && Math.min(...made.map(path => statSync(path).mtimeMs)) > newest(sources)
}

type Output = Rolldown.RolldownOutput['output']

/** Pages off the main path come when they are asked for; all the rest is one file, for slow lines. */
const LATER =
  /kiosk\/(demo\/|Password|password-|Activat|NotMe|DeadLink|Accessibility|Code|code-|prove)|SecretField|altcha-lib|words\/en\.ts/
/** How long plugins take is nobody's business at start. */
const checks = { pluginTimings: false }
const output = { codeSplitting: { groups: [{ name: 'site', test: (id: string) => !LATER.test(id) }] } }

async function buildBrowser(name: string, input: string): Promise<Output> {
  const outDir = join(dist, name)
  const config = {
    ...shared,
    build: { ...shared.build, outDir, manifest: true, rolldownOptions: { input, output, checks } },
  }
  const built = (await build(config)) as Rolldown.RolldownOutput
  for (const { fileName } of built.output)
    if (/\.(js|css|svg)$/.test(fileName)) compress(join(outDir, fileName))
  return built.output
}

/** Beside each file its two compressed selves, for a server that sends them as they are. */
function compress(path: string) {
  const plain = readFileSync(path)
  writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }))
  writeFileSync(`${path}.br`, brotliCompressSync(plain))
}

/** What the document's head has to name. */
function head(output: Output) {
  const start = output.find(file => file.type === 'chunk' && file.isEntry) as Rolldown.OutputChunk
  const named = (pattern: RegExp) =>
    output.map(({ fileName }) => `/${fileName}`).filter(path => pattern.test(path))
  return {
    script: `/${start.fileName}`,
    preloads: start.imports.map(path => `/${path}`),
    english: named(/^\/assets\/en-[^/]*\.js$/)[0],
    styles: named(/\.css$/),
  }
}

async function buildServer(name: string, input: string, browser: Output) {
  await build({
    ...shared,
    define: {
      ...shared.define,
      BUILT: JSON.stringify(head(browser)),
      'process.env.NODE_ENV': '"production"',
    },
    ssr: { noExternal: true },
    build: {
      ...shared.build,
      ssr: true,
      emptyOutDir: false,
      outDir: join(dist, 'server'),
      rolldownOptions: { checks, input: { [name]: input }, output: { codeSplitting: false } },
    },
  })
}

if (!fresh()) {
  rmSync(dist, { recursive: true, force: true })
  for (const [name, { browser, server }] of Object.entries(entries))
    await buildServer(name, server, await buildBrowser(name, browser))
}
