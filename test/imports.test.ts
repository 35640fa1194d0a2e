import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const files = globSync(['api/**/*.ts', 'web/**/*.{ts,vue}'], {
  cwd: root,
  exclude: file => /node_modules|dist/.test(file),
})

interface Import {
  from: string
  /** A file of ours from the repository's root, or a package as it is written. */
  to: string
  typeOnly: boolean
}

const importLine =
  /^(?:import|export)( type)? (?:(?:\{[^}]*\}|\* as \w+|\w+(?:, \{[^}]*\})?)\s+from )?'([^'\n]+)'|import\('([^']+)'\)/gm

const imports: Import[] = files.flatMap(from =>
  [...readFileSync(join(root, from), 'utf8').matchAll(importLine)].map(([, type, static_, dynamic]) => {
    const named = static_ ?? dynamic ?? ''
    const to = named.startsWith('.') ? normalize(join(dirname(from), named.split('?')[0] ?? '')) : named
    return { from, to, typeOnly: type !== undefined }
  }),
)
const isOurs = ({ to }: Import) => /^(api|web)\//.test(to)

/** `api/visits`, or the file itself where it lies in no room. */
const roomOf = (file: string) => (file.split('/').length > 2 ? file.split('/').slice(0, 2).join('/') : file)
const within = (rooms: readonly string[], file: string) =>
  rooms.includes(file) || rooms.includes(roomOf(file))

/** What a verb stands on: the context, tables, the institution, movements, mail, and the ways to say no and to mask. */
const verbs = [
  'api/context.ts',
  'api/db',
  'api/institution',
  'api/movements',
  'api/mail',
  'api/refusal.ts',
  'api/mask.ts',
  'api/token.ts',
  'api/command.ts',
]
/** What a room's contract and its routes stand on. */
const doors = [
  'api/route.ts',
  'api/serve.ts',
  'api/limits.ts',
  'api/roles.ts',
  'api/staff/member.ts',
  'api/staff/scope.ts',
]

/** Who may import what, besides its own room. */
const table: Record<string, readonly string[]> = {
  // A directory's refusals are understood where an act is defined or begun; its handles come with the movement.
  'api/visits': [
    ...verbs,
    ...doors,
    'api/roster',
    'api/accounts',
    'api/adoption',
    'api/providers/provider.ts',
    'api/even-out.ts',
  ],
  'api/adoption': [...verbs, ...doors, 'api/roster', 'api/accounts', 'api/providers/provider.ts'],
  'api/accounts': [...verbs, ...doors, 'api/roster', 'api/providers/provider.ts', 'api/even-out.ts'],
  // What staff do with accounts; the sheet that is printed once is drawn where the secret is.
  'api/desk': [
    ...verbs,
    ...doors,
    'api/roster',
    'api/accounts',
    'api/adoption',
    'api/files/attach.ts',
    'api/oficios/slip.ts',
  ],
  // Before an account is made for who was vouched for, her directory is looked through.
  'api/contacts': [
    ...verbs,
    ...doors,
    'api/roster',
    'api/accounts',
    'api/adoption',
    'api/providers/provider.ts',
    'api/even-out.ts',
  ],
  'api/staff': [
    ...verbs,
    ...doors,
    'api/config.ts',
    'api/providers',
    'api/even-out.ts',
    // One list of what everybody tries.
    'api/accounts/password.ts',
  ],
  'api/files': [...verbs, ...doors],
  'api/oficios': [...verbs, ...doors, 'api/files'],
  'api/kiosks': [...verbs, ...doors],
  'api/roster': [...verbs, ...doors],
  'api/movements': [
    ...doors,
    'api/command.ts',
    'api/context.ts',
    'api/db',
    'api/institution',
    'api/mail',
    'api/providers/by-hand.ts',
    'api/providers/provider.ts',
    'api/refusal.ts',
    'api/mask.ts',
    'api/token.ts',
  ],
  // The embedded directory is a table of ours.
  'api/providers': ['api/db', 'api/institution'],
  'api/mail': [],
  'api/db': [],
  // What the public may know of the institution is asked for over HTTP like everything else.
  // Roles are named in its file.
  'api/institution': ['api/route.ts', 'api/serve.ts', 'api/roles.ts'],
  // It looks at everything that the settings name, over connections of its own and past the movements: nothing of it stays.
  'api/doctor': [
    ...verbs,
    'api/config.ts',
    'api/providers',
    // A temporary password as it is really made, for the policy of a directory to judge.
    'api/accounts/password.ts',
  ],
  // Its people go through the doors of the other rooms, as real ones do.
  'api/demo': [...verbs, ...doors, 'api/roster', 'api/accounts', 'api/staff'],
  'web/kiosk': ['web/api.ts', 'web/ui', 'web/words'],
  'web/staff': ['web/api.ts', 'web/ui', 'web/words'],
  'web/ui': [],
  'web/words': [],
}

test('imports were found at all', () => {
  expect(imports.filter(isOurs).length).toBeGreaterThan(250)
  expect(imports.some(({ from, to }) => from === 'api/main.ts' && to === 'api/server.ts')).toBe(true)
  for (const one of imports.filter(isOurs)) expect(existsSync(join(root, one.to)), one.to).toBe(true)
})

test('every room stands in the table', () => {
  const rooms = new Set(files.filter(file => file.split('/').length > 2).map(roomOf))
  expect([...rooms].sort()).toEqual(Object.keys(table).sort())
})

test.each(Object.entries(table))('%s imports only what lies below it', (room, allowed) => {
  const wrong = imports.filter(one => isOurs(one) && roomOf(one.from) === room && roomOf(one.to) !== room)
  expect(wrong.filter(({ to }) => !within(allowed, to))).toEqual([])
})

test('nothing but what starts the service imports the server, its jobs or its start', () => {
  const top = [
    'api/server.ts',
    'api/jobs.ts',
    'api/main.ts',
    'api/cli.ts',
    'api/management.ts',
    'api/pages.ts',
  ]
  const starters = ['api/main.ts', 'api/cli.ts', 'api/server.ts']
  const wrong = imports.filter(({ from, to }) => top.includes(to) && !starters.includes(from))
  expect(wrong).toEqual([])
})

test('the context is built in one place: everybody else takes its type', () => {
  const builders = ['api/main.ts', 'api/cli.ts']
  const wrong = imports.filter(
    ({ from, to, typeOnly }) => to === 'api/context.ts' && !typeOnly && !builders.includes(from),
  )
  expect(wrong).toEqual([])
})

test('only movements, and what builds the context, may touch the handles that write', () => {
  const wrong = imports.filter(
    ({ from, to }) => to === 'api/movements/handles.ts' && !/^api\/(movements\/|context\.ts$)/.test(from),
  )
  expect(wrong).toEqual([])
})

test('a route is served only from the routes of its room', () => {
  const wrong = imports.filter(({ from, to }) => to === 'api/serve.ts' && !from.endsWith('/routes.ts'))
  expect(wrong).toEqual([])
})

const wall = JSON.parse(readFileSync(join(root, 'api/package.json'), 'utf8')).exports as Record<
  string,
  string
>
const shared = Object.values(wall).map(file => normalize(join('api', file)))

test('what the web may import of the service is what it imports, and nothing else', () => {
  const asked = imports.filter(({ from, to }) => from.startsWith('web/') && /^(@mci\/api|api\/)/.test(to))
  const names = new Set(asked.map(({ to }) => to.replace('@mci/api', '.')))
  expect([...names].sort()).toEqual(Object.keys(wall).sort())
})

test('what the web shares imports only typebox and the like of it', () => {
  const wrong = imports.filter(
    ({ from, to }) => shared.includes(from) && to !== 'typebox' && !shared.includes(to),
  )
  expect(wrong).toEqual([])
})

/** Each outside package of the service, and the one file or room that knows it. */
const packages: Record<string, string | string[]> = {
  '@azure/identity': 'api/providers/graph-connection.ts',
  '@electric-sql/pglite': 'api/db',
  '@fastify/cookie': 'api/who.ts',
  // Its options are typed where the headers are written down.
  '@fastify/helmet': ['api/server.ts', 'api/headers.ts'],
  '@fastify/jwt': 'api/who.ts',
  '@fastify/multipart': 'api/upload.ts',
  '@fastify/static': 'api/pages.ts',
  '@fastify/swagger': 'api/server.ts',
  '@fastify/swagger-ui': 'api/server.ts',
  '@microsoft/microsoft-graph-client': 'api/providers/graph-connection.ts',
  '@simplewebauthn/server': 'api/staff/passkeys.ts',
  '@node-rs/argon2': 'api/providers/hashing.ts',
  'altcha-lib': 'api/visits/proof.ts',
  'close-with-grace': 'api/main.ts',
  'csv-parse': 'api/roster/read.ts',
  'fastest-levenshtein': 'api/desk/try-address.ts',
  ldapts: 'api/providers',
  nodemailer: 'api/mail/transport.ts',
  'openid-client': 'api/staff/provider.ts',
  otpauth: 'api/staff/totp.ts',
  'pg-boss': 'api/db/queue.ts',
  pdfkit: 'api/oficios/paper.ts',
  pino: 'api/log.ts',
  postgres: 'api/db',
  'prom-client': 'api/figures.ts',
  'read-excel-file': 'api/roster/xlsx.ts',
  uqr: 'api/oficios/draw.ts',
  yaml: 'api/institution/written.ts',
  yazl: 'api/movements/xlsx.ts',
}
/** Spoken everywhere: statements, shapes, and the types of the server's requests. */
const common = ['drizzle-orm', 'typebox', 'fastify']

/** Letters of the alphabet, not programs: read as files by whoever draws. */
const fonts = ['@fontsource/atkinson-hyperlegible-mono', '@fontsource/atkinson-hyperlegible-next']

const packageOf = (name: string) =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')
const outside = imports.filter(
  one => one.from.startsWith('api/') && !isOurs(one) && !one.to.startsWith('node:'),
)

test.each(Object.entries(packages))('%s is known in one place', (name, places) => {
  const known = outside.filter(
    ({ to, typeOnly, from }) => packageOf(to) === name && !(typeOnly && from === 'api/context.ts'),
  )
  expect(known.length).toBeGreaterThan(0)
  expect(known.filter(({ from }) => !within([places].flat(), from))).toEqual([])
})

test('no other package is imported, and none is installed for nothing', () => {
  const named = new Set(outside.map(({ to }) => packageOf(to)))
  expect([...named].sort()).toEqual([...Object.keys(packages), ...common].sort())
  const { dependencies } = JSON.parse(readFileSync(join(root, 'api/package.json'), 'utf8'))
  expect(Object.keys(dependencies).sort()).toEqual([...named, ...fonts].sort())
})
