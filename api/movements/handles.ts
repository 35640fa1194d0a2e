import type { Follower, Provider, ProviderReader } from '../providers/provider.ts'

export type Readers = ReadonlyMap<string, ProviderReader>
type Writers = ReadonlyMap<string, { provider?: Provider; follower?: Follower }>

const entrusted = new WeakMap<object, Writers>()

/** Called once, where the context is built. */
export const entrust = (ctx: object, writers: Writers) => void entrusted.set(ctx, writers)

/** The handle that can write; only this room asks for it, so no change is made without a movement. */
export function writerOf(ctx: object, name: string): Provider {
  const { provider } = entrusted.get(ctx)?.get(name) ?? {}
  if (!provider) throw new Error(`the institution names no provider «${name}» that holds passwords`)
  return provider
}

/** Likewise, of a system that follows. */
export function followerOf(ctx: object, name: string): Follower {
  const { follower } = entrusted.get(ctx)?.get(name) ?? {}
  if (!follower) throw new Error(`the institution names no provider «${name}» that can follow`)
  return follower
}
