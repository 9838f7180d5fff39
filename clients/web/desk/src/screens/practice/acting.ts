/** One act at a time on a corrective action: under way until it is answered, and what the server said against it. */
import { Failed, refusal, Refused } from "@pingji/shared"
import { ref, type Ref } from "vue"

export function useAct(): { busy: Ref<boolean>; problem: Ref<string>; act: (work: () => Promise<unknown>) => Promise<void> } {
  const busy = ref(false)
  const problem = ref("")
  async function act(work: () => Promise<unknown>): Promise<void> {
    if (busy.value) return
    busy.value = true
    problem.value = ""
    try {
      await work()
    } catch (error) {
      if (error instanceof Refused) problem.value = refusal(error.error)
      else if (error instanceof Failed) problem.value = refusal({ zh: error.problem.detail, en: error.problem.detail_en })
      else throw error
    } finally {
      busy.value = false
    }
  }
  return { busy, problem, act }
}
