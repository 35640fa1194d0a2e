import { parseArgs } from 'node:util'
import Fastify from 'fastify'
import { openTransport } from '../../api/mail/transport.ts'
import { hashPassword } from '../../api/providers/hashing.ts'
import { type Browser, openBrowser } from '../chaos/browser.ts'
import { missing as missingSlapd } from '../servers/slapd.ts'
import { directoryMovements, embeddedMovements } from './movements.ts'
import { pageSpeed } from './page-speed.ts'
import { print, rate } from './rate.ts'
import { openService, type Service } from './service.ts'

/** What the main job costs, against the work that nobody can spare; some minutes on two cores. `--full`: lists of 10,000. */
const { values } = parseArgs({ options: { full: { type: 'boolean', default: false } } })
const people = 3000
const seconds = 6
let sources = 1
const source = () => `10.${(++sources >> 16) & 255}.${(sources >> 8) & 255}.${sources & 255}`

async function identified({ url, claims }: Service, n: number): Promise<Browser> {
  const browser = openBrowser(url, source())
  const heard = await browser.ask('POST', '/api/visits', { profile: 'worker', claim: claims[n % people] })
  if (heard?.status !== 201) throw new Error(`not identified: ${JSON.stringify(heard)}`)
  return browser
}

/** Proving who one is, against a look-up by index and an event alone. */
async function identify(service: Service): Promise<void> {
  const { sql, claims } = service
  const figure = await rate(8, seconds, async n => void (await identified(service, n)))
  const floor = await rate(8, seconds / 2, async n => {
    const { curp, curt } = claims[n % people] as { curp: string; curt: string }
    await sql`select p.*, a.* from person_identifier i join person p on p.id = i.person_id
      join affiliation a on a.person_id = p.id where i.kind = 'curp' and i.value = ${curp} and a.key = ${curt}`
    await sql`insert into event (kind, actor, channel, detail) values ('bench', 'system', 'system', '{}')`
    return true
  })
  print({ name: 'identify', clients: 8, people, figure, floor, unit: 'visits/s' })
}

/** A whole creation from the confirmation to the mail, against its hash and its mail alone. */
async function confirm(service: Service): Promise<void> {
  const { url: smtpUrl } = service.smtp
  const waiting: Browser[] = []
  await rate(8, seconds, async n => void waiting.push(await identified(service, n)))
  const figure = await rate(4, seconds, async () => {
    const browser = waiting.pop()
    const heard = await browser?.ask('POST', '/api/visits/current/confirmation', {})
    if (browser && heard?.body.state !== 'done') throw new Error(`not done: ${JSON.stringify(heard)}`)
    return browser !== undefined
  })
  const mail = openTransport({
    smtpUrl,
    mailFrom: 'correo@colima.example',
    publicUrl: 'http://localhost:3000',
  })
  const [letter] = service.smtp.mails
  const floor = await rate(4, seconds / 2, async () => {
    await hashPassword('una frase de doce o más')
    const said = await mail.send({
      to: 'alguien@correo-libre.mx',
      subject: letter?.subject ?? '',
      text: letter?.text ?? '',
      html: letter?.html ?? '',
    })
    if (said.state !== 'sent') throw new Error(said.smtp)
    return true
  })
  await mail.close()
  print({ name: 'confirm', clients: 4, people, figure, floor, unit: 'movements/s' })
}

/** The first page, against a server that does nothing but send the same text. */
async function page({ url }: Service): Promise<void> {
  const html = await (await fetch(url)).text()
  const bare = Fastify()
  bare.get('/', async (_, reply) => reply.type('text/html; charset=utf-8').send(html))
  const bareUrl = await bare.listen({ port: 0, host: '127.0.0.1' })
  const get = (at: string) => rate(8, seconds / 2, async () => void (await (await fetch(at)).text()))
  await get(bareUrl) // both warm
  const figure = await get(url)
  const floor = await get(bareUrl)
  await bare.close()
  print({ name: 'page', clients: 8, people, figure, floor, unit: 'pages/s' })
}

const service = await openService(people)
await identify(service)
await confirm(service)
await page(service)
await service.close()
await embeddedMovements(600)
if (missingSlapd()) process.stderr.write(`no slapd: ${missingSlapd()}\n`)
else await directoryMovements(values.full ? 20_000 : 2000)
await pageSpeed()
process.exit(0)
