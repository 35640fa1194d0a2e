import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runToEnd, startService } from '../edge/service.ts'
import { needs } from '../servers/needs.ts'
import { missing as missingPostgres } from '../servers/postgres.ts'
import { freePort } from '../servers/program.ts'
import { missing as missingSlapd } from '../servers/slapd.ts'
import { openScene, type Planted, type Scene } from './scene.ts'

describe.skipIf(needs(missingPostgres, missingSlapd))(
  'what the service leans on, when it starts and later',
  () => {
    let scene: Scene
    beforeAll(async () => {
      scene = await openScene()
    })
    afterAll(() => scene?.close())

    const refused: [string, RegExp, (s: Scene) => Planted | Promise<Planted>][] = [
      [
        'a directory that does not let it in',
        /^INSTITUTION: providers\.directorio: no deja entrar a cn=kiosco/,
        () => ({ env: { LDAP_BIND_PASSWORD: 'otra-frase-larga' } }),
      ],
      [
        'a base that does not exist',
        /^INSTITUTION: providers\.directorio: no existe ou=nadie/,
        () => ({ yaml: text => text.replace('baseDn: ou=personas', 'baseDn: ou=nadie') }),
      ],
      ['a mail server without STARTTLS', /^SMTP_URL: no ofrece STARTTLS/, s => s.mailServer({ tls: 'none' })],
    ]
    test.each(refused)('%s stops the start with one line that says what to mend', async (_, line, plant) => {
      const planted = await plant(scene)
      const { code, out, err } = await runToEnd({
        ...scene.settings(planted),
        PORT: '0',
        MANAGEMENT_PORT: '0',
      })
      await planted.undo?.()
      expect(code).toBe(1)
      expect(err.trim()).toMatch(line)
      expect(err.trim()).not.toContain('\n')
      for (const secret of scene.secrets) expect(out + err).not.toContain(secret)
    })

    test('REL-18 a directory that is down stops nobody’s page; the probe names it until it is back', async () => {
      await scene.directory.down()
      const service = await startService({ ...scene.settings(), PORT: String(await freePort()) })
      const probe = async () => {
        const answer = await service.management('/readyz')
        return `${answer.status} ${await answer.text()}`
      }
      const figure = async () => (await service.management('/metrics')).text()
      expect(await probe()).toMatch(
        /^503 fail\ndirectorio: nadie contesta en 127\.0\.0\.1:\d+ \(ECONNREFUSED\)\n$/,
      )
      expect(await figure()).toMatch(/^mci_proveedor_listo\{proveedor="directorio"\} 0$/m)
      expect(await figure()).toMatch(/^mci_proveedor_listo\{proveedor="SMTP_URL"\} 1$/m)
      expect((await service.management('/healthz')).status).toBe(200)
      await scene.directory.up()
      await expect.poll(probe, { timeout: 60_000, interval: 500 }).toBe('200 ok\n')
      expect(await figure()).toMatch(/^mci_proveedor_listo\{proveedor="directorio"\} 1$/m)
      expect(service.output()).not.toContain('cambie-esta-frase')
      await service.stop()
    })
  },
)
