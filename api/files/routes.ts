import { serve } from '../serve.ts'
import * as contract from './contract.ts'
import { keepFile } from './keep.ts'
import { asFile } from './name.ts'
import { readFile } from './read.ts'

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
