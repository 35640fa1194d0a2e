import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../api/config.ts'
import { createContext } from '../../api/context.ts'
import { openLog } from '../../api/log.ts'
import { loadRoster } from '../../api/roster/load.ts'
import { createServer } from '../../api/server.ts'
import { csv, type Kind, type Row, student, worker } from '../roster/synthetic.ts'
import { startPostgres } from '../servers/postgres.ts'
import { startSmtp } from '../servers/smtp.ts'
import { auc, measure, median, pairs, timedClaims } from '../timing.ts'
import { openVisitor } from '../visitor.ts'

/**
 * SEC-56 in full: a thousand «no» of every class (or as many as asked) on one connection, twice. One JSON line for each pair;
 * exit code 1 when the interval of the AUC leaves [0.45, 0.55] or the medians are more than 3 ms apart.
 */
const each = Number(process.argv[2] ?? 1000)
const folder = mkdtempSync(join(tmpdir(), 'mci-timing-'))
const file = join(folder, 'institution.yaml')
const open = '[[1000000, 1s]]'
writeFileSync(
  file,
  `extends: coahuila\nlimits: { identifyFailures: { source: ${open}, person: ${open}, personAndSource: ${open}, browser: ${open} } }\n`,
)
const server = await startPostgres()
const smtp = await startSmtp()
const config = loadConfig(
  {
    PUBLIC_URL: 'http://localhost:3000',
    DATABASE_URL: server.url(),
    SMTP_URL: smtp.url,
    MAIL_FROM: 'correo@coahuila.example',
    SECRET_KEY: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64'),
    INSTITUTION: file,
    LOG_LEVEL: 'silent',
    TRUST_PROXY: '127.0.0.1',
    DATA_DIR: folder,
  },
  'start',
)
const ctx = await createContext(config, openLog(config))
const app = await createServer(ctx)

async function load(kind: Kind, rows: Row[]) {
  const path = join(folder, `${kind}.csv`)
  writeFileSync(path, csv(kind, rows))
  const ask = { kind, file: path, source: 'sep', asOf: '2026-01-15', replace: false, simulate: false }
  await loadRoster(ctx, { ...ask, actor: 'system', channel: 'system' })
  return rows
}
const asWorker = ({ curp = '', curt = '' }: Row) => ({ profile: 'worker', claim: { curp, curt } })
const some = <T>(count: number, make: (n: number) => T) => Array.from({ length: count }, (_, n) => make(n))
const workers = (
  await load(
    'workers',
    some(300, n => worker(n)),
  )
).map(asWorker)
const gone = (
  await load(
    'workers',
    some(100, n => worker(1000 + n, { estatus: 'inactivo' })),
  )
).map(asWorker)
const students = (
  await load(
    'students',
    some(100, n => student(2000 + n)),
  )
).map(row => ({
  profile: 'student',
  claim: { curp: row.curp ?? '', controlNumber: row.numero_control ?? '' },
}))

/** 95 % of what the AUC would have been with other samples of the same kind. */
function interval(a: number[], b: number[]): [number, number] {
  const again = (of: number[]) => of.map(() => of[Math.floor(Math.random() * of.length)] ?? 0)
  const seen = some(200, () => auc(again(a), again(b))).sort((x, y) => x - y)
  return [seen[5] ?? 0, seen[194] ?? 1]
}

const url = await app.listen({ port: 0, host: '127.0.0.1' })
const visitor = openVisitor(app, '10.0.0.1')
await visitor.ask('GET', '/api/visits/current')
const cookie = [...visitor.cookies].map(pair => pair.join('=')).join('; ')
const person = asWorker(worker(5000, { correo_alterno: 'ana@correo-libre.mx' }))
await load('workers', [worker(5000, { correo_alterno: 'ana@correo-libre.mx' })])
await visitor.ask('POST', '/api/visits', person)
await visitor.ask('POST', '/api/visits/current/confirmation', {})
const account = /^Cuenta: (.+)$/m.exec(smtp.mails[0]?.text ?? '')?.[1] ?? ''
const password = (text: string) => ({
  account: text,
  current: 'no es esta',
  password: 'una frase cualquiera',
})

const call = (path: string, bodies: object[]) => (n: number) => ({
  path,
  body: bodies[n % bodies.length] as object,
  from: `10.77.${(n >> 8) & 255}.${n & 255}`,
})
const claims = Object.entries(timedClaims({ workers, gone, students })).map(
  ([name, bodies]) => [name, call('/api/visits', bodies)] as const,
)
const passwords = {
  'a known account': call('/api/passwords', [password(account)]),
  'an unknown account': call('/api/passwords', [password('nadie.aqui@docentecoahuila.gob.mx')]),
}

let failed = false
for (const run of [1, 2])
  for (const classes of [Object.fromEntries(claims), passwords]) {
    const { times, replies } = await measure(url, classes, { each, lanes: 1, cookie })
    const [first, ...rest] = [...replies.values()].map(seen => [...seen].join('\n'))
    const same = rest.every(one => one === first)
    for (const [one, two] of pairs([...times.keys()])) {
      const [a, b] = [times.get(one) ?? [], times.get(two) ?? []]
      const [from, to] = interval(a, b)
      const apart = Math.abs(median(a) - median(b))
      const passed = same && from >= 0.45 && to <= 0.55 && apart <= 3
      failed ||= !passed
      const figures = { auc: auc(a, b), from, to, apart, medianMs: median(a) }
      const rounded = Object.entries(figures).map(([key, n]) => [key, Math.round(n * 1000) / 1000])
      process.stdout.write(
        `${JSON.stringify({ name: 'timing', run, one, two, each, ...Object.fromEntries(rounded), passed })}\n`,
      )
    }
  }
await app.close()
await ctx.close()
await smtp.stop()
await server.stop()
rmSync(folder, { recursive: true, force: true })
process.exitCode = failed ? 1 : 0
