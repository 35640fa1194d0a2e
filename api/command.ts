import { type ParseArgsConfig, parseArgs } from 'node:util'

/** Where a command of the operator's line speaks: the process, or what stands for it. */
export interface Voice {
  stdout: NodeJS.WritableStream & { isTTY?: boolean }
  stderr: NodeJS.WritableStream & { isTTY?: boolean }
}

export interface Io extends Voice {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean }
}

/** Options and words as they were typed; undefined where they are wrong use. */
export function typed<C extends ParseArgsConfig>(ask: C): ReturnType<typeof parseArgs<C>> | undefined {
  try {
    return parseArgs(ask)
  } catch {
    return undefined
  }
}
