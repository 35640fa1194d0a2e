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
