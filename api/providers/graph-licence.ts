import { about, accountAt, done, endSessions, pathOf, type Tenant } from './graph-change.ts'
import type { Found } from './graph-shape.ts'
import { type Followed, type Followup, ProviderRefusal } from './provider.ts'

const isSku = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

/** What a kind's licence is called in requests; its part number is looked up once. */
async function skuOf(to: Tenant, kind: string): Promise<string | undefined> {
  const licence = to.shape.licences[kind]
  if (licence === undefined || isSku(licence)) return licence?.toLowerCase()
  if (!to.skus.has(licence)) {
    const { body } = await done(to, 'GET subscribedSkus', { method: 'get', path: '/subscribedSkus' })
    for (const { skuPartNumber, skuId } of body.value) to.skus.set(skuPartNumber, skuId.toLowerCase())
  }
  const found = to.skus.get(licence)
  if (!found) throw new ProviderRefusal('conflict', undefined, { detail: `subscribedSkus: ${licence}` })
  return found
}

const assign = (to: Tenant, id: string, add: string[], remove: string[]) =>
  about(to, id, 'assignLicense', {
    method: 'post',
    path: `${pathOf(id)}/assignLicense`,
    body: { addLicenses: add.map(skuId => ({ disabledPlans: [], skuId })), removeLicenses: remove },
  })

/** Gives the kind's licence, where there is one; `false` where there is nothing to give. */
export async function license(to: Tenant, id: string, kind: string): Promise<boolean> {
  const sku = await skuOf(to, kind)
  if (sku) await assign(to, id, [sku], [])
  return sku !== undefined
}

/** Beside Active Directory: the account comes by synchronisation, its licence from us; never a password. */
export async function follow(to: Tenant, account: Followed): Promise<Followup> {
  const here = await accountAt(to, account.externalId ?? account.address)
  if (!here) {
    if (account.state === 'closed') return { outcome: 'not-there' }
    throw new ProviderRefusal('unavailable', undefined, { detail: 'not synchronised yet', retryAfter: 60 })
  }
  if (!here.synced)
    throw new ProviderRefusal('conflict', undefined, {
      detail: 'userPrincipalName: not from Active Directory',
    })
  const link = { externalId: here.externalId, seenAs: here.upn }
  return { outcome: await shown(to, here, account), link }
}

async function shown(to: Tenant, here: Found, { kind, state }: Followed): Promise<string> {
  const id = here.externalId
  const sku = await skuOf(to, kind)
  const has = sku !== undefined && here.licences.includes(sku)
  if (state === 'closed') {
    if (has) await assign(to, id, [], [sku])
    return has ? 'licence-removed' : 'no-licence'
  }
  if (state === 'blocked') {
    await endSessions(to, id)
    return 'sessions-ended'
  }
  if (!sku) return 'no-licence'
  if (here.usageLocation === '') {
    const body = { usageLocation: to.shape.usageLocation }
    await about(to, id, 'PATCH usageLocation', { method: 'patch', path: pathOf(id), body })
  }
  if (!has) await assign(to, id, [sku], [])
  return 'licensed'
}
