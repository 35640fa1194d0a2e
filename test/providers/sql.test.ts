import { openSql } from '../../api/providers/sql.ts'
import { type Engine, openHouse } from '../house.ts'
import { openMailServer } from '../mail-server.ts'
import { type OpenProvider, providerSuite } from '../provider-suite.ts'
import { missing as missingDovecot } from '../servers/dovecot.ts'
import { needs } from '../servers/needs.ts'
import { missing as missingPostgres } from '../servers/postgres.ts'

async function openIn(engine: Engine): Promise<OpenProvider> {
  const h = await openHouse(engine)
  const { signsIn, stop } = await openMailServer(h)
  return {
    provider: openSql(h.ctx.db),
    signsIn,
    close: async () => {
      await stop()
      await h.close()
    },
  }
}

providerSuite('sql on PGlite, by the view', () => openIn('PGlite'))
providerSuite(
  'sql on PostgreSQL, by a real Dovecot',
  () => openIn('PostgreSQL'),
  needs(missingPostgres, missingDovecot),
)
