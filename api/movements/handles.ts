import type { Provider, ProviderReader } from '../providers/provider.ts'

export type Readers = ReadonlyMap<string, ProviderReader>
export type Writers = ReadonlyMap<string, Provider>

const entrusted = new WeakMap<object, Writers>()

/** Called once, where the context is built. */
export const entrust = (ctx: object, writers: Writers) => void entrusted.set(ctx, writers)

/** The handle that can write; only this room asks for it, so no change is made without a movement. */
export function writerOf(ctx: object, name: string): Provider {
  const writer = entrusted.get(ctx)?.get(name)
  if (!writer) throw new Error(`the institution names no provider «${name}»`)
  return writer
}
