import { about, type ExaminedKind, type Finding } from './finding.ts'
import type { Looking } from './graph-examine.ts'
import { shapeOf } from './graph-shape.ts'

interface Sku {
  skuId: string
  skuPartNumber: string
  consumedUnits: number
  prepaidUnits: { enabled: number }
  capabilityStatus: string
}

/** So few left will not last until somebody looks again. */
const few = 50

/** Licences left, by the licence of each kind of account. */
export async function* stock(on: Looking, kinds: readonly ExaminedKind[]): AsyncIterable<Finding> {
  const { licences } = shapeOf(on.settings)
  const wanted = [...new Set(kinds.flatMap(({ kind }) => licences[kind] ?? []))]
  if (wanted.length === 0) return
  const answer = await on.get('/subscribedSkus')
  if (!answer.ok) {
    const mend = on.mends.permission('LicenseAssignment.Read.All')
    return void (yield about(on.name).warning(
      'licence',
      `no dice qué licencias hay (HTTP ${answer.status})`,
      mend,
    ))
  }
  const skus = answer.body.value as Sku[]
  for (const name of wanted) {
    const say = about(`${on.name} · ${name}`)
    const sku = skus.find(({ skuId, skuPartNumber }) => [skuId.toLowerCase(), skuPartNumber].includes(name))
    if (!sku) {
      const known = skus.map(({ skuPartNumber }) => skuPartNumber)
      yield say.no('licence', 'el inquilino no tiene esa licencia', on.mends.unknownSku(name, known))
      continue
    }
    const left = sku.prepaidUnits.enabled - sku.consumedUnits
    const told = `quedan ${Math.max(left, 0)} de ${sku.prepaidUnits.enabled}`
    const mend = on.mends.stock(sku.skuPartNumber)
    yield left <= 0
      ? say.no('licence', told, mend)
      : left < few
        ? say.warning('licence', told, mend)
        : say.yes('licence', told)
  }
}
