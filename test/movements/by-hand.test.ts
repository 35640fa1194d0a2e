import { PassThrough, Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { blockAccount } from '../../api/accounts/block.ts'
import { definitions } from '../../api/jobs.ts'
import type { Actor } from '../../api/movements/movement.ts'
import { endTask, openTasks } from '../../api/movements/task.ts'
import { tasks } from '../../api/movements/task-command.ts'
import { taskText } from '../../api/providers/manual.ts'
import { type House, house, type Person } from '../house.ts'
import { bookOf, mailsTo, takeUp, told } from './books.ts'

const staff: Actor = { as: 'member:1', channel: 'staff' }
const all = (providers: string) =>
  ['personal', 'workCentre', 'service', 'function']
    .map(kind => `  ${kind}: { provider: ${providers} }`)
    .join('\n')

/** The mailboxes are ours; a person writes each change into a system that has no other door. */
const beside = house({
  institution: `
providers:
  buzones: { type: sql }
  consola: { type: manual, instructions: "En la consola: {act} {address} ({name}).", script: { create: "alta {login} {name}" } }
accounts:
${all('[buzones, consola]')}
`,
  pace: { patienceSeconds: 5 },
})
/** Nothing but people can reach the directory. */
const alone = house({
  institution: `
providers:
  consola: { type: manual, instructions: "En la consola: {act} {address}." }
accounts:
${all('consola')}
`,
  pace: { patienceSeconds: 2 },
})

const taskOf = async (h: House, her: Person) => {
  const { folio } = await bookOf(h, her)
  return (await openTasks(h.ctx, definitions)).find(task => task.folio === folio)
}
const saysDone = async (h: House, her: Person, password?: string) => {
  const { folio } = await bookOf(h, her)
  await endTask(h.ctx, staff, definitions, { folio, how: 'done', ...(password ? { password } : {}) })
}
const code = (what: string) => expect.objectContaining({ code: what })

describe('a system beside the directory that only people can reach', () => {
  beside.inHouse(
    'she has her account at once; the task stays open, in words, until somebody says «hecho»',
    async h => {
      const her = await h.person()
      expect((await h.visitor().goThrough(her)).body).toMatchObject({ act: 'create', state: 'done' })
      const [mail] = mailsTo(h, her)
      const task = await taskOf(h, her)
      const name = `${her.row.nombre} ${her.row.primer_apellido} ${her.row.segundo_apellido}`
      expect(task?.text).toBe(
        `En la consola: crear la cuenta ${mail?.account} (${name}).\n\nalta '${mail?.account.split('@')[0]}' '${name}'`,
      )
      expect(task).toMatchObject({ provider: 'consola', needsPassword: false, folio: mail?.folio })
      expect(task?.text).not.toContain(mail?.password)
      expect(await takeUp(h, her)).toMatchObject({ state: 'applying', trailing: true, problem: 'waiting' })
      await saysDone(h, her)
      expect(await takeUp(h, her)).toMatchObject({ state: 'done', problem: null })
      expect(await told(h, await bookOf(h, her))).toContain('task-done')
      expect(mailsTo(h, her)).toHaveLength(1)
    },
  )

  beside.inHouse('«no se pudo» is seen by staff, and her account stands', async h => {
    const her = await h.person()
    await h.visitor().goThrough(her)
    const { folio, account_id: account } = await bookOf(h, her)
    await endTask(h.ctx, staff, definitions, { folio, how: 'not-done', note: 'la consola no la acepta' })
    expect(await takeUp(h, her)).toMatchObject({ state: 'needs-attention', problem: 'not-done-by-hand' })
    const [step] = await h.look(
      `select s.state, s.outcome from movement_step s join movement m on m.id = s.movement_id where m.folio = '${folio}' and provider = 'consola'`,
    )
    expect(step).toEqual({ state: 'failed', outcome: 'la consola no la acepta' })
    const [held] = await h.look(`select state from account where id = '${account}'`)
    expect(held).toEqual({ state: 'active' })
    await expect(endTask(h.ctx, staff, definitions, { folio, how: 'done' })).rejects.toEqual(
      code('not-found'),
    )
  })

  beside.inHouse('a block is in force at once, and the person who must repeat it there is told', async h => {
    const her = await h.person()
    await h.visitor().goThrough(her)
    await saysDone(h, her)
    await takeUp(h, her)
    const { account_id: account } = await bookOf(h, her)
    await blockAccount(h.ctx, staff, { account, person: her.id, reason: 'oficio 8' })
    const [row] = await h.look(`select active from mailbox where marker = '${account}'`)
    expect(row).toEqual({ active: false })
    expect((await taskOf(h, her))?.text).toContain('bloquear la cuenta')
  })
})

describe('a directory that only people can reach', () => {
  alone.inHouse(
    'she hears «en proceso» with a folio; what was set by hand is mailed once and kept nowhere',
    async h => {
      const her = await h.person()
      const made = await h.visitor().goThrough(her)
      expect(made.body).toMatchObject({
        act: 'create',
        state: 'in-progress',
        folio: (await bookOf(h, her)).folio,
      })
      expect(mailsTo(h, her)).toEqual([])
      expect(await taskOf(h, her)).toMatchObject({ needsPassword: true })
      await expect(saysDone(h, her)).rejects.toEqual(code('password-needed'))
      await expect(saysDone(h, her, 'corta')).rejects.toEqual(code('password-short'))
      await saysDone(h, her, 'La.Puse.A.Mano.7')
      expect(await bookOf(h, her)).toMatchObject({ state: 'done', delivery_state: 'sent' })
      expect(mailsTo(h, her)).toMatchObject([{ password: 'La.Puse.A.Mano.7' }])
      const everything = await h.look<{ text: string }>(
        `select coalesce(task, '') || coalesce(outcome, '') as text from movement_step union all select detail::text from event union all select detail::text from movement`,
      )
      expect(everything.map(({ text }) => text).join()).not.toContain('La.Puse')
    },
  )

  alone.inHouse('«no se pudo» with nothing made takes the creation back: she may ask again', async h => {
    const her = await h.person()
    await h.visitor().goThrough(her)
    const { folio } = await bookOf(h, her)
    await endTask(h.ctx, staff, definitions, { folio, how: 'not-done' })
    expect(await takeUp(h, her)).toMatchObject({ state: 'undone', problem: 'not-done-by-hand' })
    expect((await h.visitor().goThrough(her)).body).toMatchObject({ act: 'create', state: 'in-progress' })
  })

  alone.inHouse(
    'the mail does not leave: the task is asked anew, for nobody knows that password any more',
    async h => {
      const her = await h.person()
      await h.visitor().goThrough(her)
      h.smtp.answer(({ to }) => (to === her.alternate ? { rcpt: '451 4.7.1 later' } : {}))
      await saysDone(h, her, 'No.Llega.Nunca.1')
      h.smtp.answer()
      expect(await takeUp(h, her)).toMatchObject({ state: 'applying', problem: 'waiting' })
      expect(await taskOf(h, her)).toMatchObject({ needsPassword: true })
      await saysDone(h, her, 'La.Segunda.Llega.2')
      expect(mailsTo(h, her).map(({ password }) => password)).toEqual(['La.Segunda.Llega.2'])
    },
  )

  alone.inHouse('whoever is to block it reads which account it is', async h => {
    const her = await h.person()
    await h.visitor().goThrough(her)
    await saysDone(h, her, 'La.Puse.A.Mano.8')
    const { account_id: account } = await bookOf(h, her)
    await blockAccount(h.ctx, staff, { account, person: her.id, reason: 'oficio 9' })
    const [mail] = mailsTo(h, her)
    expect(await taskOf(h, her)).toMatchObject({
      text: `En la consola: bloquear la cuenta ${mail?.account}.`,
    })
  })

  alone.onPostgres('an operator lists what is to be done, and says what came of it', async h => {
    const her = await h.person()
    await h.visitor().goThrough(her)
    const { folio } = await bookOf(h, her)
    const run = async (argv: string[], typed = '') => {
      const io = { stdin: Readable.from([typed]), stdout: new PassThrough(), stderr: new PassThrough() }
      const exit = await tasks(argv, io, definitions, work => work(h.ctx))
      return { exit, out: String(io.stdout.read() ?? ''), err: String(io.stderr.read() ?? '') }
    }
    for (const wrong of [[], ['done'], ['list', 'x'], ['undo', folio], ['done', folio, '--jsno']])
      expect((await run(wrong)).exit, wrong.join(' ')).toBe(2)
    expect((await run(['list'])).out).toContain(`${folio}  consola  desde `)
    expect(JSON.parse((await run(['list', '--json'])).out)).toContainEqual(expect.objectContaining({ folio }))
    expect((await run(['done', 'M-2026-AAAAAA'])).err).toContain('mci tasks list')
    expect(await run(['done', folio], '')).toMatchObject({
      exit: 1,
      err: expect.stringContaining('entrada estándar'),
    })
    expect(await run(['done', folio, '--note', 'hecho'], 'Escrita.A.Mano.9\n')).toMatchObject({ exit: 0 })
    expect(mailsTo(h, her)).toMatchObject([{ password: 'Escrita.A.Mano.9' }])
  })
})

test('SEC-79 a name cannot leave its quotes in a script, nor become a formula in a cell', () => {
  const facts = { address: 'ana@colima.example', name: "O'Higgins $(reboot)\n; rm", kind: 'personal' }
  const of = (shell: 'sh' | 'powershell') =>
    taskText({ instructions: '{act}', script: { create: 'alta {name}' }, shell }, 'create', facts).split(
      '\n\n',
    )[1]
  expect(of('sh')).toBe(`alta 'O'\\''Higgins $(reboot) ; rm'`)
  expect(of('powershell')).toBe(`alta 'O''Higgins $(reboot) ; rm'`)
  const csv = { correo: '{address}', nombre: '{name}' }
  const row = taskText({ instructions: 'x', csv }, 'create', { ...facts, name: '=1+"1"' })
  expect(row).toBe(`x\n\n"correo","nombre"\n"ana@colima.example","'=1+""1"""`)
})
