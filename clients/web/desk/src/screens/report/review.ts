/** The report of one operation as it comes: asked for again while the record is still being read. Knows no screen. */
import { Failed, type Api, type LogEntry, type LogPage, type OperationReport, type ReviewGoesOn } from "@pingji/shared"
import { shallowRef, type ShallowRef } from "vue"

const AGAIN = 700

export class Review {
  readonly report: ShallowRef<OperationReport | null> = shallowRef(null)
  /** What command did, from the log itself: with its words, the oldest first. */
  readonly story: ShallowRef<readonly LogEntry[]> = shallowRef([])
  readonly progress: ShallowRef<ReviewGoesOn | null> = shallowRef(null)
  readonly problem: ShallowRef<Failed | null> = shallowRef(null)
  #turn = 0

  constructor(private readonly api: Api) {}

  /** `area`: where the operation was declared, or the part of it that is looked at. The report that is there stays until the new one has come. */
  async load(operation: string, area: string): Promise<void> {
    const turn = ++this.#turn
    if (this.report.value?.operation !== operation) this.report.value = null
    try {
      const story = this.api.get<LogPage>("/api/v1/log", { area, operation, kind: "operation", after: 0, limit: 200 })
      for (;;) {
        const found = await this.api.get<OperationReport | ReviewGoesOn>(`/api/v1/reports/${operation}`)
        if (turn !== this.#turn) return
        if ("operation" in found) {
          this.report.value = found
          break
        }
        this.progress.value = found
        await new Promise((resolve) => setTimeout(resolve, AGAIN))
      }
      this.story.value = (await story).entries
      this.problem.value = null
    } catch (error) {
      if (!(error instanceof Failed)) throw error
      if (turn === this.#turn) this.problem.value = error
    } finally {
      if (turn === this.#turn) this.progress.value = null
    }
  }

  async save(format: "html" | "markdown" | "csv", lang: "zh" | "en"): Promise<void> {
    const operation = this.report.value?.operation
    if (!operation) return
    try {
      await this.api.download(`/api/v1/reports/${operation}`, { format, lang })
    } catch (error) {
      if (!(error instanceof Failed)) throw error
      this.problem.value = error
    }
  }
}
