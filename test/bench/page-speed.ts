import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { launch } from '../e2e/browser.ts'
import { type Demo, startDemo } from '../e2e/demo.ts'
import { fillClaim, running } from '../e2e/steps.ts'

/** The developer tools' slow 4G: 562 ms a request, 1.44 Mbps down, 0.675 Mbps up, a processor four times slower. */
const SLOW_4G = {
  offline: false,
  latency: 562.5,
  downloadThroughput: (1.44 * 1024 * 1024) / 8,
  uploadThroughput: (0.675 * 1024 * 1024) / 8,
}
const LOADS = 5

interface Shown {
  /** Milliseconds until the largest thing on the page stood. */
  lcp: number
  cls: number
  /** Milliseconds of the slowest answer to a key or a press. */
  inp: number
}

/** What the browser itself noted since the page was asked for. */
const watch = () => {
  const seen = { lcp: 0, cls: 0, inp: 0 }
  const on = (type: string, note: (entry: never) => void, options = {}) =>
    new PerformanceObserver(list => list.getEntries().forEach(entry => void note(entry as never))).observe({
      type,
      buffered: true,
      ...options,
    })
  on('largest-contentful-paint', (entry: { startTime: number }) => {
    seen.lcp = entry.startTime
  })
  on('layout-shift', (entry: { value: number; hadRecentInput: boolean }) => {
    if (!entry.hadRecentInput) seen.cls += entry.value
  })
  on(
    'event',
    (entry: { interactionId: number; duration: number }) => {
      if (entry.interactionId) seen.inp = Math.max(seen.inp, entry.duration)
    },
    { durationThreshold: 16 },
  )
  Object.assign(globalThis, { seen })
}

async function load(browser: Browser, base: string, use: (page: Page) => Promise<void>): Promise<Shown> {
  const context = await browser.newContext({ baseURL: base, viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  await page.addInitScript(watch)
  const wire = await context.newCDPSession(page)
  await wire.send('Network.enable')
  await wire.send('Network.emulateNetworkConditions', SLOW_4G)
  await wire.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  await use(page)
  await page.waitForTimeout(300)
  const shown = await page.evaluate(() => (globalThis as unknown as { seen: Shown }).seen)
  await context.close()
  return shown
}

const middle = (values: number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number

async function loads(browser: Browser, base: string, use: (page: Page) => Promise<void>): Promise<Shown> {
  const all: Shown[] = []
  while (all.length < LOADS) all.push(await load(browser, base, use))
  const of = (name: keyof Shown) => all.map(one => one[name])
  return { lcp: middle(of('lcp')), cls: Math.max(...of('cls')), inp: Math.max(...of('inp')) }
}

const open = (path: string) => async (page: Page) => {
  await page.goto(path)
  await running(page)
}

/** A line: everything typed and pressed by a person who is identified and goes back. */
const typing = (demo: Demo) => async (page: Page) => {
  await fillClaim(page, demo.who('reset'))
  for (const id of ['#curp', '#curt']) {
    await page.locator(id).press('End')
    await page.locator(id).press('Backspace')
    await page.locator(id).pressSequentially('X', { delay: 60 })
  }
  await page.getByRole('button', { name: 'Continuar' }).click()
  await page
    .getByRole('alert')
    .or(page.getByRole('heading', { level: 1 }))
    .first()
    .waitFor()
}

function print(name: string, shown: Shown, floor: Shown) {
  const { lcp, cls, inp } = shown
  const figure = Math.round(lcp)
  const told = { figure, floor: Math.round(floor.lcp), ratio: Math.round((lcp / floor.lcp) * 100) / 100 }
  const line = { name, clients: 1, people: 0, ...told, unit: 'ms LCP', cls: Math.round(cls * 1e4) / 1e4, inp }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** A server that knows one page, and on it nothing but a heading. */
async function openBare() {
  const server = createServer((_, reply) =>
    reply
      .setHeader('content-type', 'text/html')
      .end('<!doctype html><title>Una hoja</title><h1>Una hoja</h1>'),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, stop: async () => void server.close() }
}

/**
 * Seconds of a worker's reset with the keyboard alone, 250 ms a key and a second and a half to read each screen (A02);
 * the floor is her own part of it.
 */
async function byKeyboard(browser: Browser, demo: Demo): Promise<void> {
  const context = await browser.newContext({ baseURL: demo.url })
  const page = await context.newPage()
  const { claim } = demo.who('reset')
  let hers = 0
  const press = async (key: string) => {
    await page.waitForTimeout(250)
    hers += 250
    await page.keyboard.press(key)
  }
  const read = async (title: RegExp) => {
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    await page.waitForTimeout(1500)
    hers += 1500
  }
  const tabTo = async (selector: string) => {
    while (!(await page.locator(`${selector}:focus`).count())) await press('Tab')
  }
  const write = async (text = '') => {
    for (const key of text) await press(key)
  }
  await page.goto('/trabajador')
  await running(page)
  const since = performance.now()
  await read(/^Escriba/)
  await tabTo('#curp')
  await write(claim.curp)
  await tabTo('#curt')
  await write(claim.curt)
  await press('Enter')
  await read(/^¿Es usted/)
  await tabTo('main .button:not(.quiet)')
  await press('Enter')
  await read(/^Su contraseña fue/)
  const seconds = (ms: number) => Math.round(ms / 100) / 10
  const figure = seconds(performance.now() - since)
  const line = {
    name: 'reset by keyboard',
    clients: 1,
    people: 0,
    figure,
    floor: seconds(hers),
    ratio: Math.round((figure / seconds(hers)) * 100) / 100,
    unit: 's',
  }
  process.stdout.write(`${JSON.stringify(line)}\n`)
  await context.close()
}

/** The public pages on a slow telephone, against a page that is nothing but a heading. */
export async function pageSpeed(): Promise<void> {
  const [browser, demo] = await Promise.all([launch(), startDemo({ INSTITUTION: 'coahuila' })])
  const bare = await openBare()
  const floor = await loads(browser, bare.url, async page => void (await page.goto('/')))
  for (const path of ['/', '/trabajador', '/?modo=kiosco', '/?idioma=en'])
    print(`page ${path}`, await loads(browser, demo.url, open(path)), floor)
  print('page /trabajador, filled in and sent', await loads(browser, demo.url, typing(demo)), floor)
  await byKeyboard(browser, demo)
  await Promise.all([browser.close(), demo.stop(), bare.stop()])
}

if (import.meta.main) await pageSpeed()
