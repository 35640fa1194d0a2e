import { type Logger, pino } from 'pino'
import type { Config } from './config.ts'

/** An escape of JSON, which stays whole, a CURP, or an e-mail address. */
const telling =
  /\\(?:u[\da-f]{4}|.)|([A-Z]{4}\d{6}[HMX][A-Z]{5}[\dA-Z]\d)|[\p{L}\p{N}_.+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}/giu
/** A statement that failed tells its values after this word; they are people's. */
const values = /\nparams: .*$/s
const message = (text: string) => text.replace(values, '').slice(0, 500)
/** Inside JSON these would be taken for the end of a line, or move a terminal's cursor. */
const controls = /[\u007f-\u009f\u2028\u2029\ufeff]/g
const escaped = (sign: string) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
/** What names a person leaves no line, wherever in it it stands. */
const conceal = (line: string) =>
  line
    .replace(telling, (found, curp) => (found.startsWith('\\') ? found : curp ? '[curp]' : '[correo]'))
    .replace(controls, escaped)

/** Where an error was thrown, without its message, which may hold what somebody typed. */
const frames = (stack: string) =>
  stack
    .split('\n')
    .filter(line => /^ +at /.test(line))
    .slice(0, 20)
    .join('\n')

type Failure = Error & { code?: string; cause?: Failure }

/** An error without the values it was about; whatever else was thrown is told by its kind. */
function told(error: unknown) {
  if (typeof error !== 'object' || error === null) return { type: typeof error }
  const { name, code, cause, stack, message: text } = error as Partial<Failure>
  return {
    type: name,
    code: code ?? cause?.code,
    message: message(text ?? '') + (cause?.message ? `: ${message(cause.message)}` : ''),
    stack: frames(stack ?? ''),
  }
}

/** One JSON object a line on stdout; what could name a person or open an account is taken out. */
export const openLog = (config: Pick<Config, 'logLevel' | 'mode'>): Logger =>
  pino(
    {
      level: config.mode === 'demo' && config.logLevel === 'info' ? 'warn' : config.logLevel,
      base: null,
      redact: {
        paths: [
          'password',
          '*.password',
          'current',
          '*.current',
          'token',
          '*.token',
          'claim',
          '*.claim',
          'params',
          '*.params',
          'req.headers',
          'headers',
        ],
        remove: true,
      },
      hooks: { streamWrite: conceal },
      serializers: {
        err: told,
      },
    },
    pino.destination({ dest: 1, sync: false }),
  )
