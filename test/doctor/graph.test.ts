import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ProviderSettings } from '../../api/institution/institution.ts'
import { faculty } from '../providers/graph-settings.ts'
import { type Graph, startGraph } from '../servers/graph.ts'
import { looked, notWell } from './looked.ts'

describe('mci doctor at a tenant of Microsoft 365', () => {
  let graph: Graph
  beforeAll(async () => {
    graph = await startGraph()
  })
  afterAll(() => graph?.stop())

  const look = (other: object = {}, domain = 'docentecolima.gob.mx') => {
    const { tenant, clientId, clientSecret } = graph.app
    const licences = { personal: faculty }
    const at = { url: graph.url, authority: graph.url, licences }
    return looked(
      { type: 'graph', tenant, clientId, clientSecret, ...at, ...other } as ProviderSettings,
      domain,
    )
  }
  const alive = () => [...graph.users.values()].filter(({ deletedAt }) => !deletedAt).map(({ id }) => id)

  test('a tenant set up as the guide says has nothing to mend; the throw-away account ends in the bin', async () => {
    const before = alive()
    const findings = await look()
    expect(notWell(findings)).toEqual([])
    expect(findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['permission', 'domain', 'hybrid', 'licence', 'entry-reset', 'entry-delete']),
    )
    expect(alive()).toEqual(before)
    expect(graph.strange).toEqual([])
  })

  test('a wrong secret', async () => {
    const failing = notWell(await look({ clientSecret: 'otro' }))
    expect(failing).toMatchObject([
      { check: 'bind', ok: 'no', mend: expect.stringContaining('El secreto no es ese') },
    ])
    expect(failing[0]?.mend).not.toContain('otro secreto')
  })

  test.each(['User.ReadWrite.All', 'User-PasswordProfile.ReadWrite.All', 'LicenseAssignment.Read.All'])(
    'without the permission %s it is that one that is named',
    async permission => {
      const { roles } = graph.app
      // Organization.Read.All lets licences be seen, too.
      graph.app.roles = roles.filter(one => one !== permission && one !== 'Organization.Read.All')
      const failing = notWell(await look())
      graph.app.roles = roles
      expect(failing).toMatchObject([
        { check: 'permission', ok: 'no', subject: `directorio · ${permission}` },
      ])
      expect(failing[0]?.mend).toContain(`Permisos de aplicación → ${permission}`)
    },
  )

  test('without the role of User Administrator nobody’s password can be reset', async () => {
    graph.faults(({ method, body }) =>
      method === 'PATCH' && body && 'passwordProfile' in body ? { status: 403 } : undefined,
    )
    const failing = notWell(await look())
    graph.faults()
    expect(failing[0]).toMatchObject({
      check: 'entry-reset',
      ok: 'no',
      mend: expect.stringContaining('Roles y administradores → Administrador de usuarios'),
    })
    expect(failing.at(-1)).toMatchObject({ check: 'entry-delete', ok: 'warning' })
    expect((await look()).find(({ check }) => check === 'leftover')).toMatchObject({ ok: 'yes' })
    expect(alive()).toEqual([])
  })

  test('licences that are used up, and one that the tenant does not have', async () => {
    const [sku] = graph.skus
    if (!sku) throw new Error('no licence')
    sku.enabled = 0
    const none = notWell(await look())
    sku.enabled = 10
    const few = notWell(await look())
    sku.enabled = 100_000
    expect(none).toMatchObject([{ check: 'licence', ok: 'no', subject: `directorio · ${faculty}` }])
    expect(few).toMatchObject([{ check: 'licence', ok: 'warning', says: 'quedan 10 de 10' }])
    const unknown = notWell(await look({ licences: { personal: 'NO_HAY' } }))
    expect(unknown).toMatchObject([{ check: 'licence', ok: 'no', mend: expect.stringContaining(faculty) }])
  })

  test('a domain that is not verified, and a tenant whose accounts come from Active Directory', async () => {
    expect(notWell(await look({}, 'otro.example'))).toMatchObject([
      { check: 'domain', ok: 'no', mend: expect.stringContaining('otro.example') },
    ])
    graph.synchronises = true
    const hybrid = notWell(await look())
    graph.synchronises = null
    expect(hybrid).toMatchObject([
      { check: 'hybrid', ok: 'warning', mend: expect.stringContaining('provider: [') },
    ])
  })
})
