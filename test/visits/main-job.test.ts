import { expect } from 'vitest'
import { house } from '../house.ts'
import { credentialsIn } from '../visitor.ts'

const { inHouse } = house()

inHouse('a worker without an account gets one, and changes the mailed password for her own', async h => {
  const maria = await h.person()
  const visitor = h.visitor()
  const known = await visitor.identify(maria)
  expect(known.body).toMatchObject({ act: 'create', confirmation: 'direct' })
  const done = await visitor.confirm()
  expect(done.body).toMatchObject({ act: 'create', state: 'done' })
  const mail = await h.smtp.waitFor(({ to }) => to.includes(maria.alternate))
  const { account, password, folio } = credentialsIn(mail.text)
  expect(folio).toBe(done.body.folio)
  expect((await visitor.changePassword(account, password, 'el volcán duerme de noche')).status).toBe(204)
  expect((await visitor.changePassword(account, password, 'otra frase distinta y larga')).body.code).toBe(
    'not-verified',
  )
})
