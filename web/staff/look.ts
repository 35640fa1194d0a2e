import { ref, watchEffect } from 'vue'

/** Light, dark, or as her computer has it. */
export const LOOKS = ['system', 'light', 'dark'] as const
export type Look = (typeof LOOKS)[number]
const NAME = 'mci-look'

const isLook = (text: string | null): text is Look => LOOKS.includes(text as Look)
const kept = () => {
  const text = localStorage.getItem(NAME)
  return isLook(text) ? text : 'system'
}

/** As every window of this browser shows it. */
export const look = ref<Look>(kept())

export function openLook() {
  watchEffect(() => {
    document.documentElement.dataset.look = look.value
    localStorage.setItem(NAME, look.value)
  })
  window.addEventListener('storage', event => {
    if (event.key === NAME) look.value = kept()
  })
}
