import { onBeforeUnmount, onMounted, ref, watch } from 'vue'

const NAME = 'mci-shortcuts'
/** One key alone does something; whoever dictates or trembles turns that off. */
export const singleKeys = ref(localStorage.getItem(NAME) !== 'off')
watch(singleKeys, on => localStorage.setItem(NAME, on ? 'on' : 'off'))

const writes = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null

/** Does it when the key is pressed outside of fields and dialogs. */
export function useKey(key: string, act: () => void) {
  function pressed(event: KeyboardEvent) {
    if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey) return
    if (!singleKeys.value || writes(event.target) || document.querySelector('dialog[open]')) return
    event.preventDefault()
    act()
  }
  onMounted(() => document.addEventListener('keydown', pressed))
  onBeforeUnmount(() => document.removeEventListener('keydown', pressed))
}
