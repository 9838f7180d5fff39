/** The operations one may look back on, running and closed: the newest first, with words to choose them by. */
import { dayTime, Failed, useLive, word, type Reviewable, type Reviewables } from "@pingji/shared"
import { shallowRef, watch, type ShallowRef } from "vue"

export interface Operations {
  readonly list: ShallowRef<readonly Reviewable[]>
  readonly problem: ShallowRef<Failed | null>
  /** Asked once: before it, an empty list says nothing. */
  readonly here: ShallowRef<boolean>
  readonly load: () => Promise<void>
}

/** Anew whenever `fresh` changes. */
export function useOperations(fresh: () => unknown): Operations {
  const { api } = useLive()
  const list = shallowRef<readonly Reviewable[]>([])
  const problem: ShallowRef<Failed | null> = shallowRef(null)
  const here = shallowRef(false)
  async function load(): Promise<void> {
    try {
      list.value = (await api.get<Reviewables>("/api/v1/reports")).operations
      problem.value = null
    } catch (error) {
      if (!(error instanceof Failed)) throw error
      problem.value = error
    }
    here.value = true
  }
  watch(fresh, load, { immediate: true })
  return { list, problem, here, load }
}

/** `防汛防台风 · 06-27 17:00 · 青山区` */
export const titleOf = (one: Reviewable): string =>
  [word("hazard", one.hazard), dayTime(Date.parse(one.effective_at)), one.area_name].join(" · ")
