import { goThrough, letTimePass, untilFinal } from './acts.ts'
import { judge, type Verdict } from './judge.ts'
import type { Person, Scene } from './scene.ts'

type Fate = { reply?: string; cut?: true }

const later = ['421 4.7.0 Try again later', '450 4.2.1 Busy', '451 4.3.0 Local error', '452 4.2.2 Full']
const never = ['550 5.1.1 Unknown', '552 5.2.2 Over quota', '554 5.7.1 Rejected']

/** A tenth of the addresses each meets one of these, twice the later ones; one in twelve is cut at the dot. */
function fateOf(chance: number): Fate {
  const place = Math.floor(chance * 10)
  const reply = [...later, ...never][place]
  if (reply) return { reply }
  return chance > 0.92 ? { cut: true } : {}
}

export interface SmtpVerdict extends Verdict {
  /** Addresses that said no for good, and how many of them a person must look at with the code at hand. */
  refused: number
  needAttention: number
  /** Done with an address that said no for good, or given up on one that did not. */
  wrongEnds: number
}

/** Resets over a mail server that greylists everybody, refuses some for a while and some for good, cuts, and is down for a while. */
export async function smtpFaults(
  scene: Scene,
  size: number,
  random: () => number,
  downMs = 3000,
): Promise<SmtpVerdict> {
  const { smtp } = scene
  const node = await scene.start({ leaseSeconds: 5 })
  const people = await scene.people(size)
  await goThrough(node, people)
  await letTimePass(scene)
  const fates = new Map(people.map(({ alternate }) => [alternate, fateOf(random())]))
  const heard = new Map<string, number>()
  smtp.answer(({ to }) => {
    const fate = fates.get(to) ?? {}
    const tries = (heard.get(to) ?? 0) + 1
    heard.set(to, tries)
    if (tries === 1) return { rcpt: '450 4.7.1 Greylisted' }
    if (fate.reply && (never.includes(fate.reply) || tries < 4)) return { rcpt: fate.reply }
    return fate.cut && tries < 5 ? { cutAtDot: true } : {}
  })
  const going = goThrough(node, people)
  await new Promise(done => setTimeout(done, 500))
  await smtp.down()
  await new Promise(done => setTimeout(done, downMs))
  await smtp.up()
  await going
  await untilFinal(scene, 60)
  const verdict = await judge(scene, people)
  await node.end('SIGTERM')
  return { ...verdict, ...(await endsOf(scene, people, fates)) }
}

async function endsOf(scene: Scene, people: readonly Person[], fates: ReadonlyMap<string, Fate>) {
  const ends = await scene.look<{ id: string; state: string; smtp: string | null; flagged: boolean }>(
    `select m.person_id as id, m.state, m.delivery_smtp as smtp,
       exists (select 1 from contact c where c.person_id = m.person_id and c.bounced_at is not null) as flagged
     from movement m where m.kind = 'password-reset'`,
  )
  const endOf = new Map(ends.map(end => [end.id, end]))
  const counts = { refused: 0, needAttention: 0, wrongEnds: 0 }
  for (const person of people) {
    const forGood = never.includes(fates.get(person.alternate)?.reply ?? '')
    const end = endOf.get(person.id)
    const attended = end?.state === 'needs-attention' && end.flagged && /^5\d\d/.test(end.smtp ?? '')
    if (forGood) counts.refused++
    if (attended) counts.needAttention++
    if (forGood ? !attended : end?.state !== 'done') counts.wrongEnds++
  }
  return counts
}
