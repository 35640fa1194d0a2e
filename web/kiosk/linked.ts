import { onMounted, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { tokenIn, useTokens } from './token.ts'

/**
 * The token that this page was opened with: undefined until the page stands, '' where there is none. One that is opened in
 * the same window later takes its place.
 */
export function useLinked() {
  const tokens = useTokens()
  const route = useRoute()
  const router = useRouter()
  const token = ref<string>()
  onMounted(() => {
    token.value = tokens.get(route.path) ?? ''
  })
  watch(
    () => route.hash,
    async hash => {
      const other = tokenIn(hash)
      if (!other) return
      tokens.set(route.path, other)
      await router.replace(route.path)
      token.value = other
    },
  )
  /** It is of no use any more. */
  const forget = () => void tokens.delete(route.path)
  return { token, forget }
}
