import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { blockAccount, unblockAccount } from '../../api/accounts/block.ts'
import { closeAccount } from '../../api/accounts/close.ts'
import type { Actor } from '../../api/movements/movement.ts'
import { type House, openHouse, type Person } from '../house.ts'
import { bookOf, mailsTo, takeUp } from '../movements/books.ts'
import { type Graph, startGraph } from '../servers/graph.ts'
import { needs } from '../servers/needs.ts'
import { serverFolder } from '../servers/program.ts'
import { missing as missingSamba, type Samba, service, startSamba } from '../servers/samba.ts'
import { missing as missingTls } from '../servers/tls.ts'
import { accounts, openPeople } from './active-directory-settings.ts'
import { faculty } from './graph-settings.ts'

const staff: Actor = { as: 'member:1', channel: 'staff' }
const reason = 'oficio 31'

/** Active Directory holds the password; Microsoft 365, which it is synchronised to, gives the licence. */
const institution = (samba: Samba, ca: string, graph: Graph) => `
providers:
  dominio: { type: activeDirectory, url: "${samba.urls.tls}", ca: "${ca}", bindDn: "${service.dn}", bindPassword: { env: AD_BIND_PASSWORD }, baseDn: "${accounts}", units: { personal: OU=Docentes } }
  nube: { type: graph, tenant: ${graph.app.tenant}, clientId: ${graph.app.clientId}, clientSecret: { env: GRAPH_CLIENT_SECRET }, url: "${graph.url}", authority: "${graph.url}", licences: { personal: ${faculty} } }
accounts:
  personal: { provider: [dominio, nube] }
  workCentre: { provider: dominio }
  service: { provider: dominio }
  function: { provider: dominio }
`

describe.skipIf(needs(missingSamba) || needs(missingTls))(
  'an institution whose Active Directory is synchronised to Microsoft 365',
  () => {
    let samba: Samba
    let graph: Graph
    let people: ReturnType<typeof openPeople>
    let h: House
    beforeAll(async () => {
      ;[samba, graph] = await Promise.all([startSamba(inject('samba')), startGraph()])
      people = openPeople(samba)
      const ca = join(serverFolder('ca'), 'ca.pem')
      writeFileSync(ca, samba.ca)
      const env = { AD_BIND_PASSWORD: service.password, GRAPH_CLIENT_SECRET: graph.app.clientSecret }
      h = await openHouse('PGlite', { institution: institution(samba, ca, graph), env })
    })
    afterAll(async () => {
      await h?.close()
      await graph?.stop()
      await samba?.stop()
      expect(graph?.strange).toEqual([])
    })

    /** What the synchronisation does some minutes later. */
    const synchronise = (userPrincipalName: string) =>
      graph.plant({ userPrincipalName, displayName: 'Sincronizada', onPremisesSyncEnabled: true })
    const inCloud = (address: string) =>
      [...graph.users.values()].find(one => one.userPrincipalName === address)
    const lastMail = (her: Person) => mailsTo(h, her).at(-1) ?? { account: '', password: '' }
    const passwordsSentTo = () =>
      graph.calls.filter(({ body }) => JSON.stringify(body ?? '').includes('password'))
    async function created() {
      const her = await h.person()
      const done = await h.visitor().goThrough(her)
      expect(done.body).toMatchObject({ act: 'create', state: 'done' })
      return { her, account: lastMail(her).account, id: (await bookOf(h, her)).account_id }
    }

    test('she signs in to the domain at once; the licence follows when the synchronisation has brought her', async () => {
      const { her, account } = await created()
      expect(await people.signsIn(account, lastMail(her).password)).toBe(true)
      expect(await bookOf(h, her)).toMatchObject({
        state: 'applying',
        trailing: true,
        problem: 'unavailable',
      })
      expect(await takeUp(h, her)).toMatchObject({ trailing: true })
      synchronise(account)
      expect(await takeUp(h, her)).toMatchObject({ state: 'done', problem: null })
      const sku = graph.skus.find(({ skuPartNumber }) => skuPartNumber === faculty)?.skuId
      expect(inCloud(account)).toMatchObject({ usageLocation: 'MX', assignedLicenses: [{ skuId: sku }] })
      expect(mailsTo(h, her)).toHaveLength(1)
      const links = await h.look(
        `select provider, authority from account_link l join movement m on m.account_id = l.account_id where m.person_id = '${her.id}' order by provider`,
      )
      expect(links).toEqual([
        { provider: 'dominio', authority: true },
        { provider: 'nube', authority: false },
      ])
    })

    test('a reset goes to the domain alone, also while the licence still waits; no password ever goes to Microsoft', async () => {
      const { her, account, id } = await created()
      const first = lastMail(her).password
      await h.look(
        `update credential_issue set issued_at = issued_at - interval '1 hour' where account_id = '${id}'`,
      )
      const again = await h.visitor().goThrough(her)
      expect(again.body).toMatchObject({ act: 'reset', state: 'done' })
      expect(await people.signsIn(account, first)).toBe(false)
      expect(await people.signsIn(account, lastMail(her).password)).toBe(true)
      expect(passwordsSentTo()).toEqual([])
    })

    test('GRA-11 blocked: refused by the domain, her sessions with Microsoft ended; closed: the licence is free again', async () => {
      const { her, account, id } = await created()
      synchronise(account)
      await takeUp(h, her)
      const ask = { account: id, person: her.id, reason }
      expect(await blockAccount(h.ctx, staff, ask)).toMatchObject({ state: 'done' })
      expect(await people.signsIn(account, lastMail(her).password)).toBe(false)
      expect(graph.calls.at(-1)?.path.at(-1)).toBe('revokeSignInSessions')
      expect(await unblockAccount(h.ctx, staff, ask)).toMatchObject({ state: 'done' })
      expect(await closeAccount(h.ctx, staff, ask)).toMatchObject({ state: 'done' })
      expect(inCloud(account)).toMatchObject({ assignedLicenses: [] })
      expect(passwordsSentTo()).toEqual([])
    })

    test('somebody in the cloud who did not come from the domain is left alone, and staff are told', async () => {
      const { her, account } = await created()
      graph.plant({ userPrincipalName: account, displayName: 'De otra parte' })
      expect(await takeUp(h, her)).toMatchObject({ state: 'needs-attention', problem: 'conflict' })
      expect(inCloud(account)?.assignedLicenses ?? []).toEqual([])
      expect(await people.signsIn(account, lastMail(her).password)).toBe(true)
    })
  },
)
