/** Acts on corrective actions: one at a time on each, and what the server said against it, also where it is looked at no more. */
import { Failed, refusal, Refused } from "@pingji/shared"
import { reactive } from "vue"

export interface Acting {
  busy(id: string): boolean
  /** In words; empty where nothing was said. */
  problem(id: string): string
  act(id: string, work: () => Promise<unknown>): Promise<void>
  forget(id: string): void
}

export function useActing(): Acting {
  const busy = reactive(new Set<string>())
  const problems = reactive(new Map<string, string>())
  return {
    busy: (id) => busy.has(id),
    problem: (id) => problems.get(id) ?? "",
    forget: (id) => void problems.delete(id),
    async act(id, work) {
      if (busy.has(id)) return
      busy.add(id)
      problems.delete(id)
      try {
        await work()
      } catch (error) {
        if (error instanceof Refused) problems.set(id, refusal(error.error))
        else if (error instanceof Failed) problems.set(id, refusal({ zh: error.problem.detail, en: error.problem.detail_en }))
        else throw error
      } finally {
        busy.delete(id)
      }
    },
  }
}
