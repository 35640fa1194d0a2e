import { type Logger, pino } from 'pino'
import type { Config } from './config.ts'

const curp = /\b[A-Z]{4}\d{6}[HMX][A-Z]{5}[0-9A-Z]\d\b/gi
const email = /\b[\w.+-]+@[\w-]+(\.[\w-]+)+\b/g
const conceal = (text: string) => text.replace(curp, '[curp]').replace(email, '[correo]')

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
      serializers: {
        err: (error: Error & { code?: string; cause?: Error & { code?: string } }) => ({
          type: error.name,
          code: error.code ?? error.cause?.code,
          message: conceal(`${error.message}${error.cause ? `: ${error.cause.message}` : ''}`).slice(0, 500),
          stack: conceal(error.stack ?? '').slice(0, 2000),
        }),
      },
    },
    pino.destination({ dest: 1, sync: false }),
  )
