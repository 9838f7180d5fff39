/** Words of persons behind references, out of the vault: a few at a time, once each, and for as long as the screen lives. */
import { Failed, useLive, type ErrorBody } from "@pingji/shared"
import { reactive } from "vue"

export interface Said {
  readonly text?: string
  readonly problem?: Pick<ErrorBody, "zh" | "en">
}

const AT_ONCE = 4
/** What did not come for want of a network may be asked for again after this. */
const AGAIN = 30_000

export function useWords(): (reference: string) => Said | undefined {
  const { api } = useLive()
  const said = reactive(new Map<string, Said>())
  const asked = new Set<string>()
  const waiting: string[] = []
  let busy = 0

  async function fetchOne(reference: string): Promise<void> {
    try {
      said.set(reference, await api.get<{ text: string }>(`/api/v1/vault/${encodeURIComponent(reference)}`))
    } catch (error) {
      if (!(error instanceof Failed)) throw error
      const { detail, detail_en, retry } = error.problem
      said.set(reference, { problem: { zh: detail, en: detail_en } })
      if (retry) setTimeout(() => asked.delete(reference), AGAIN)
    }
  }

  async function fetchAll(): Promise<void> {
    if (busy >= AT_ONCE) return
    busy += 1
    try {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await fetchOne(next)
    } finally {
      busy -= 1
    }
  }

  /** Nothing while it is on its way. */
  return (reference) => {
    if (reference && !asked.has(reference)) {
      asked.add(reference)
      waiting.push(reference)
      void fetchAll()
    }
    return said.get(reference)
  }
}
