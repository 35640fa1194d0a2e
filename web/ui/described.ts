import { computed } from 'vue'

/** Ids of the hint and of the error that stand beside a field. */
export const useDescribed = (props: {
  name: string
  hint?: string | undefined
  error?: string | undefined
}) =>
  computed(
    () =>
      [props.hint && `${props.name}-hint`, props.error && `${props.name}-error`].filter(Boolean).join(' ') ||
      undefined,
  )
