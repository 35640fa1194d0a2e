import { reactive } from 'vue'

/** What is wrong with the fields of a page: each sentence with the id of its field. */
export interface Problems {
  list: { field: string; text: string }[]
  /** Counts the attempts, so that the summary takes the focus each time. */
  shown: number
}

export function useProblems() {
  const problems = reactive<Problems>({ list: [], shown: 0 })
  const show = (list: Problems['list']) => {
    problems.list = list
    if (list.length) problems.shown++
  }
  const of = (field: string) => problems.list.find(problem => problem.field === field)?.text
  return { problems, show, of }
}
