/**
 * A scope's log as a list that grows at both ends: older entries when the reader comes to the end, newer ones as they
 * happen. Knows no screen; what is wrong is said in `problem`.
 */
import { Failed, type Api, type LogEntry, type LogPage } from "@pingji/shared"
import { shallowRef, triggerRef, type ShallowRef } from "vue"

const PAGE = 200

/** As the address has it; what is empty asks for nothing particular. */
export interface LogFilter {
  readonly area: string
  readonly kind: string
  readonly operation: string
  readonly since: string
  readonly until: string
}

export class Log {
  /** The newest first. The same array throughout: tens of thousands are not copied for each that comes. */
  readonly entries: ShallowRef<LogEntry[]> = shallowRef([])
  /** What happened since, and is not in the list yet: somebody is reading further down. */
  readonly fresh: ShallowRef<readonly LogEntry[]> = shallowRef([])
  readonly busy = shallowRef(false)
  /** There is nothing older. */
  readonly whole = shallowRef(false)
  readonly problem: ShallowRef<Failed | null> = shallowRef(null)
  #filter: LogFilter = { area: "", kind: "", operation: "", since: "", until: "" }
  #older: number | null = null
  #head = 0
  /** Which filter an answer belongs to: one that was asked for under another is dropped. */
  #turn = 0
  #following = false

  constructor(private readonly api: Api) {}

  async load(filter: LogFilter): Promise<void> {
    this.#filter = filter
    this.#turn += 1
    this.entries.value = []
    this.fresh.value = []
    this.#older = null
    this.#head = 0
    this.whole.value = false
    this.busy.value = false
    await this.more()
  }

  /** The next older page. Pages in which nothing fits are passed over, a few at a time. */
  async more(): Promise<void> {
    if (this.busy.value || this.whole.value) return
    this.busy.value = true
    await this.#guarded(async (turn) => {
      const before = this.entries.value.length
      for (let tries = 0; tries < 5 && this.entries.value.length === before && !this.whole.value; tries++) {
        const page = await this.#page(this.#older === null ? {} : { before: this.#older })
        if (turn !== this.#turn) return
        this.entries.value.push(...page.entries)
        triggerRef(this.entries)
        this.#head = Math.max(this.#head, this.#older === null ? page.head : this.#head)
        this.#older = page.next
        this.whole.value = page.next === null
      }
    })
    this.busy.value = false
  }

  /** What happened since. `reading`: it is kept back until `show`. */
  async follow(reading: boolean): Promise<void> {
    if (this.#following || this.busy.value || this.#filter.until) return
    this.#following = true
    await this.#guarded(async (turn) => {
      for (let next: number | null = this.#head; next !== null; ) {
        const page: LogPage = await this.#page({ after: next })
        if (turn !== this.#turn) return
        this.fresh.value = [...[...page.entries].reverse(), ...this.fresh.value]
        this.#head = Math.max(this.#head, page.next ?? page.head)
        next = page.next
      }
      if (!reading) this.show()
    })
    this.#following = false
  }

  show(): void {
    if (!this.fresh.value.length) return
    this.entries.value = [...this.fresh.value, ...this.entries.value]
    this.fresh.value = []
  }

  async save(format: "csv" | "jsonl", lang: "zh" | "en"): Promise<void> {
    await this.#guarded(() => this.api.download("/api/v1/log", { ...this.#filter, format, lang }))
  }

  #page(cursor: { readonly before?: number; readonly after?: number }): Promise<LogPage> {
    return this.api.get<LogPage>("/api/v1/log", { ...this.#filter, ...cursor, limit: PAGE })
  }

  async #guarded(work: (turn: number) => Promise<void>): Promise<void> {
    const turn = this.#turn
    try {
      await work(turn)
      if (turn === this.#turn) this.problem.value = null
    } catch (error) {
      if (!(error instanceof Failed)) throw error
      if (turn === this.#turn) this.problem.value = error
    }
  }
}
