import { onBeforeUnmount, ref } from 'vue'

/** One act at a time: a second press does nothing; `slow` after a second, when people want to be told. */
export function useBusy() {
  const busy = ref(false)
  const slow = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  onBeforeUnmount(() => clearTimeout(timer))

  const once = (act: () => Promise<unknown>) => async () => {
    if (busy.value) return
    busy.value = true
    timer = setTimeout(() => {
      slow.value = true
    }, 1000)
    try {
      await act()
    } finally {
      clearTimeout(timer)
      busy.value = false
      slow.value = false
    }
  }
  return { busy, slow, once }
}
