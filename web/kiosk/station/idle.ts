import { onBeforeUnmount, onMounted, ref } from 'vue'

const INPUTS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'input', 'scroll'] as const

interface Waiting {
  /** Seconds without input, and of the warning after them; what follows is `over`. */
  limits(): { idle: number; countdown: number }
  /** Something goes on without her: that is no idling. */
  busy(): boolean
  touched(): void
  over(): unknown
}

/** Watches for the absence of people. `left` are the seconds of the warning, undefined while nobody needs one. */
export function useIdle({ limits, busy, touched, over }: Waiting) {
  const left = ref<number>()
  let last = 0
  let ended = false
  let timer: ReturnType<typeof setInterval> | undefined

  function stay() {
    last = performance.now()
    left.value = undefined
    touched()
  }
  /** While the question stands, only its answer counts. */
  const hear = () => left.value === undefined && stay()

  function tick() {
    if (busy()) last = performance.now()
    const { idle, countdown } = limits()
    const silent = (performance.now() - last) / 1000
    if (silent < idle) return
    left.value = Math.ceil(idle + countdown - silent)
    if (left.value > 0 || ended) return
    ended = true
    over()
  }

  onMounted(() => {
    last = performance.now()
    for (const name of INPUTS) addEventListener(name, hear, { capture: true, passive: true })
    timer = setInterval(tick, 500)
  })
  onBeforeUnmount(() => {
    clearInterval(timer)
    for (const name of INPUTS) removeEventListener(name, hear, { capture: true })
  })
  return { left, stay }
}
