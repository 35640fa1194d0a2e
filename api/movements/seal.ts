import { createHmac } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { asJson, type Db, rows } from '../db/open.ts'

/** What a seal covers: every column of the event, written by the database itself. */
const canonical = sql`jsonb_build_array(e.id, extract(epoch from e.at), e.kind, e.movement_id, e.person_id, e.actor, e.channel, e.origin,
  e.reference, e.detail)::text`

interface Unsealed {
  id: number
  text: string
}

const digestOf = (key: Buffer, before: string, text: string) =>
  createHmac('sha256', key).update(before).update('\n').update(text).digest('base64url')

const batch = 1000

/**
 * Seals what is not sealed yet, off the hot path and in the order of sealing: a long transaction's event comes later
 * than its id. The key is not in the database, so whoever can write there cannot rebuild the chain.
 */
export async function sealEvents(ctx: Context): Promise<void> {
  for (;;) if ((await ctx.db.transaction(tx => sealBatch(ctx, tx as Db))) < batch) return
}

async function sealBatch(ctx: Context, tx: Db): Promise<number> {
  await tx.execute(sql`select pg_advisory_xact_lock(7103201, 2)`)
  const [last] = await rows<{ digest: string; top: number }>(
    tx,
    sql`select digest, (select max(event_id)::float8 from event_seal) as top from event_seal order by id desc limit 1`,
  )
  const unsealed = await rows<Unsealed>(
    tx,
    sql`select e.id::float8 as id, ${canonical} as text from event e
        where e.id > ${(last?.top ?? 0) - 100_000} and not exists (select 1 from event_seal s where s.event_id = e.id)
        order by e.id limit ${batch}`,
  )
  const [key] = ctx.keysFor('seal')
  let before = last?.digest ?? ''
  const seals = unsealed.map(({ id, text }, n) => {
    before = digestOf(key as Buffer, before, text)
    return { n, event_id: id, digest: before }
  })
  if (seals.length > 0)
    await tx.execute(
      sql`insert into event_seal (event_id, digest) select s.event_id, s.digest
          from jsonb_to_recordset(${asJson(seals)}) as s(n integer, event_id bigint, digest text) order by s.n`,
    )
  if (seals.length > 0) ctx.log.info({ events: seals.length, digest: before }, 'sealed')
  return seals.length
}

/** An event that is not what was sealed; `missing` where its row is gone. */
export interface Broken {
  event: number
  what: 'altered' | 'missing'
}

/** Walks the chain from its beginning and names every broken row. Keys of before a rotation verify too. */
export async function verifyMovements(ctx: Context): Promise<{ sealed: number; broken: Broken[] }> {
  const keys = ctx.keysFor('seal')
  const broken: Broken[] = []
  let before = ''
  let sealed = 0
  for (let at = 0; ; ) {
    const part = await rows<{ id: number; event: number; digest: string; text: string | null }>(
      ctx.db,
      sql`select s.id::float8 as id, s.event_id::float8 as event, s.digest, case when e.id is null then null else ${canonical} end as text
          from event_seal s left join event e on e.id = s.event_id where s.id > ${at} order by s.id limit 5000`,
    )
    for (const { id, event, digest, text } of part) {
      if (text === null) broken.push({ event, what: 'missing' })
      else if (!keys.some(key => digestOf(key, before, text) === digest))
        broken.push({ event, what: 'altered' })
      before = digest
      at = id
      sealed++
    }
    if (part.length < 5000) return { sealed, broken }
  }
}
