import { serve } from '../serve.ts'
import * as contract from './contract.ts'
import { keepFile } from './keep.ts'
import { disposition } from './name.ts'
import { readFile } from './read.ts'

/** Whatever it is, no browser shows it as a page of ours. */
export const asFile = (name: string) => ({
  'content-disposition': disposition(name),
  'content-security-policy': "sandbox; default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
})

export const fileRoutes = [
  serve(contract.keepFile, async ({ ctx, actor, member, upload }) =>
    keepFile(ctx, actor, member, await upload()),
  ),
  serve(contract.readFile, async ({ ctx, actor, member, ask, reply }) => {
    const { name, bytes } = await readFile(ctx, actor, member, ask.id)
    reply.headers(asFile(name))
    return bytes
  }),
]
