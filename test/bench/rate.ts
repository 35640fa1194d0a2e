/** How often a second `work` gets done by so many clients; ends after `seconds`, or when `work` says that nothing is left. */
export async function rate(
  clients: number,
  seconds: number,
  work: (turn: number) => Promise<boolean | undefined>,
): Promise<number> {
  const since = performance.now()
  const end = since + seconds * 1000
  let turn = 0
  let done = 0
  const client = async () => {
    while (performance.now() < end) {
      if ((await work(turn++)) === false) return
      done++
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return done / ((performance.now() - since) / 1000)
}

type Work = (turn: number) => Promise<boolean | undefined>

/**
 * The two in turns of a second or so, for as long as asked or until the first says that nothing is left: whoever else
 * uses the machine meanwhile slows both.
 */
export async function sideBySide(
  clients: number,
  seconds: number,
  works: { figure: Work; floor: Work },
): Promise<{ figure: number; floor: number }> {
  const done = { figure: 0, floor: 0 }
  const took = { figure: 0, floor: 0 }
  const turns = { figure: 0, floor: 0 }
  let left = true
  const some = async (which: 'figure' | 'floor', slice: number) => {
    const since = performance.now()
    await rate(clients, slice, async () => {
      const more = await works[which](turns[which]++)
      if (more === false) left = which === 'floor' && left
      else done[which]++
      return more
    })
    took[which] += (performance.now() - since) / 1000
  }
  while (left && took.figure < seconds) {
    await some('figure', 1.5)
    await some('floor', 0.75)
  }
  return { figure: done.figure / took.figure, floor: done.floor / took.floor }
}

export interface Line {
  name: string
  clients: number
  people: number
  figure: number
  floor: number
  unit: string
}

const tenth = (n: number) => Math.round(n * 10) / 10

/** One benchmark as a line; `ratio` says how much of the floor's rate is left. */
export function print({ figure, floor, unit, ...of }: Line): void {
  const ratio = Math.round((figure / floor) * 1000) / 1000
  process.stdout.write(
    `${JSON.stringify({ ...of, figure: tenth(figure), floor: tenth(floor), ratio, unit })}\n`,
  )
}
