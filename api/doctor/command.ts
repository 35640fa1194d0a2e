import { typed, type Voice } from '../command.ts'
import { type Config, ConfigProblem, loadConfig } from '../config.ts'
import type { Institution } from '../institution/institution.ts'
import { loadInstitution } from '../institution/load.ts'
import { InstitutionError } from '../institution/problem.ts'
import { strictAddress } from '../mail/address.ts'
import { about, type Finding } from '../providers/finding.ts'
import { examineDatabase } from './database.ts'
import { examineDirectory } from './directory.ts'
import { exitOf, openPrinter, summary } from './findings.ts'
import { examineMail, mailAskOf } from './mail.ts'
import { examineService } from './service.ts'

interface Wish {
  json: boolean
  recipient: string | undefined
}

const USAGE = `uso: mci doctor [--test-recipient DIRECCIÓN] [--json]
por ejemplo: mci doctor --test-recipient yo@example.mx
`

/** `mci doctor`, with what follows. Exit code: 0 all well, 1 something fails, 2 wrong use, 3 only warnings. */
export async function doctor(argv: string[], io: Voice, env: NodeJS.ProcessEnv): Promise<0 | 1 | 2 | 3> {
  const wish = read(argv)
  if (!wish) {
    io.stderr.write(USAGE)
    return 2
  }
  const findings: Finding[] = []
  const print = openPrinter(text => void io.stdout.write(text))
  for await (const finding of examineAll(env, wish.recipient)) {
    findings.push(finding)
    if (!wish.json) print(finding)
  }
  io.stdout.write(wish.json ? `${JSON.stringify(findings)}\n` : summary(findings))
  return exitOf(findings)
}

function read(argv: string[]): Wish | undefined {
  const options = {
    json: { type: 'boolean', default: false },
    'test-recipient': { type: 'string' },
  } as const
  const given = typed({ args: argv, options })
  if (!given) return undefined
  const recipient = given.values['test-recipient']
  const wrong = recipient !== undefined && strictAddress(recipient) === null
  return wrong ? undefined : { json: given.values.json, recipient }
}

/** Everything that the configuration needs from the world, one subject after the other. */
async function* examineAll(env: NodeJS.ProcessEnv, recipient: string | undefined): AsyncIterable<Finding> {
  const { config, problem } = settings(env)
  yield problem ?? about('ajustes').yes('settings', 'están todos')
  if (!config) return
  yield* examineDatabase(config)
  const mail = mailAskOf(config)
  if (mail) yield* examineMail(mail, recipient ?? config.mailFrom)
  const institution = written(config, env)
  if (!('providers' in institution)) return void (yield institution)
  yield about('INSTITUTION').yes('institution', institution.name)
  yield* examineService(config, institution)
  for (const name of Object.keys(institution.providers)) yield* examineDirectory(institution, name)
}

/** As the service needs them; where one is missing, the rest is still looked at. */
function settings(env: NodeJS.ProcessEnv): { config?: Config; problem?: Finding } {
  try {
    return { config: loadConfig(env, 'start') }
  } catch (error) {
    if (!(error instanceof ConfigProblem)) throw error
    const mend = 'Corrija ese ajuste en el entorno del servicio (docs/operador.md, «Ajustes»)'
    const problem = about('ajustes').no('settings', error.message, mend)
    try {
      return { config: loadConfig(env, 'command'), problem }
    } catch {
      return { problem }
    }
  }
}

function written(config: Config, env: NodeJS.ProcessEnv): Institution | Finding {
  try {
    return loadInstitution(config.institution, env)
  } catch (error) {
    if (!(error instanceof InstitutionError)) throw error
    const says = error.message.replaceAll('\n', ' · ')
    return about('INSTITUTION').no(
      'institution',
      says,
      'Corrija el archivo en esas líneas (docs/institucion.md)',
    )
  }
}
