import { existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'
import { entries, shared } from './vite.config.ts'

/** `node web/build.ts`: both sides of every entry, unless what stands in `dist` is newer than all it is made of. */
const web = import.meta.dirname
const dist = join(web, 'dist')
const sources = [
  '{kiosk,staff,ui,words}/**',
  '*.ts',
  'package.json',
  '../api/**/contract.ts',
  '../api/roster/curp*',
  '../api/roles.ts',
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
  /kiosk\/(demo\/|station\/|Password|password-|Activat|NotMe|Verify|DeadLink|Accessibility|Code|code-|prove)|SecretField|altcha-lib|words\/en\.ts|uqr/
/** How long plugins take is nobody's business at start. */
const checks = { pluginTimings: false }
/** The staff's screens come one by one: an office opens a few of them, many times. */
const outputs: Record<string, Rolldown.OutputOptions> = {
  publico: { codeSplitting: { groups: [{ name: 'site', test: (id: string) => !LATER.test(id) }] } },
  personal: {},
}

async function buildBrowser(name: string, input: string): Promise<Output> {
  const outDir = join(dist, name)
  const config = {
    ...shared,
    build: {
      ...shared.build,
      outDir,
      manifest: true,
      rolldownOptions: { input, output: outputs[name] ?? {}, checks },
    },
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

/** Beside a chunk itself: its style sheets and what it imports. */
const paths = ({ imports, viteMetadata }: Rolldown.OutputChunk) => ({
  preloads: imports.map(one => `/${one}`),
  styles: [...(viteMetadata?.importedCss ?? [])].map(one => `/${one}`),
})

const startOf = (output: Output) =>
  output.find(file => file.type === 'chunk' && file.isEntry) as Rolldown.OutputChunk

/** What the document's head has to name. */
function head(output: Output) {
  const start = startOf(output)
  const { styles } = paths(start)
  return {
    ...paths(start),
    script: `/${start.fileName}`,
    css: output
      .filter(file => file.type === 'asset' && styles.includes(`/${file.fileName}`))
      .map(file => String((file as Rolldown.OutputAsset).source))
      .join(''),
  }
}

/** The parts of the public site that its documents name when they need them. */
function parts(output: Output) {
  const later = (module: string) =>
    output.find(
      file => file.type === 'chunk' && file.facadeModuleId?.endsWith(module),
    ) as Rolldown.OutputChunk
  const station = later('/station/open.ts')
  return {
    english: `/${later('/words/en.ts').fileName}`,
    station: {
      ...paths(station),
      scripts: [station.fileName, ...station.imports.filter(one => one !== startOf(output).fileName)].map(
        one => `/${one}`,
      ),
    },
  }
}

async function buildServer(name: string, input: string, browser: Output) {
  await build({
    ...shared,
    define: {
      ...shared.define,
      BUILT: JSON.stringify({ ...head(browser), ...(name === 'publico' && parts(browser)) }),
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
