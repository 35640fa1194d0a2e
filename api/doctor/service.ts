import type { Config } from '../config.ts'
import { isLoopback } from '../config.ts'
import type { Institution } from '../institution/institution.ts'
import { about, type Finding } from '../providers/finding.ts'
import { examineDoor } from './network.ts'

const subject = 'PUBLIC_URL'
const say = about(subject)
const patienceMs = 5000

/** The address that stands in every mail: it leads here, and to nobody else. */
export async function* examineService(config: Config, institution: Institution): AsyncIterable<Finding> {
  if (!config.publicUrl) return
  const url = new URL(config.publicUrl)
  const encrypted = url.protocol === 'https:' ? 'at-once' : 'never'
  const door = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (encrypted === 'never' ? 80 : 443),
    encrypted,
    caSetting: 'NODE_EXTRA_CA_CERTS',
  } as const
  for await (const finding of examineDoor(subject, door)) {
    yield finding
    if (finding.ok === 'no') return
  }
  yield await isOurs(url, institution)
  yield await hidesFigures(url)
  if (isLoopback(url.hostname))
    yield say.warning(
      'loopback',
      `${url.origin} solo se abre en esta máquina`,
      'Para la gente ponga en PUBLIC_URL el nombre público: https://correo.example.gob.mx',
    )
}

const asked = (url: URL, path: string) =>
  fetch(new URL(path, url), { redirect: 'manual', signal: AbortSignal.timeout(patienceMs) })

async function isOurs(url: URL, institution: Institution): Promise<Finding> {
  const proxy = `Haga que ${url.origin} llegue a este servicio: en nginx, proxy_pass http://127.0.0.1:PORT y proxy_set_header Host $host (docs/operador.md)`
  try {
    const answer = await asked(url, '/api/institution')
    if (answer.status === 421)
      return say.no('ours', 'el servicio contesta que ese nombre no es el suyo (421)', proxy)
    const told = (await answer.json().catch(() => ({}))) as { name?: unknown }
    if (answer.ok && told.name === institution.name)
      return say.yes('ours', `contesta como ${institution.name}`)
    const other = typeof told.name === 'string' ? 'con otra institución' : `otra cosa (HTTP ${answer.status})`
    return say.no('ours', `contesta ${other}`, proxy)
  } catch (error) {
    return say.no('ours', `no contesta (${(error as Error).name})`, proxy)
  }
}

async function hidesFigures(url: URL): Promise<Finding> {
  const answer = await asked(url, '/metrics').catch(() => undefined)
  const shown = answer?.ok && (await answer.text()).includes('mci_http_segundos')
  return shown
    ? say.no(
        'figures',
        'las cifras del servicio (/metrics) se ven desde fuera',
        'No publique MANAGEMENT_PORT: en el proxy deje solo PORT',
      )
    : say.yes('figures', 'las cifras del servicio no se ven desde fuera')
}
