/** Who had arrived by when, as the record has it: asked for again as people arrive, a few times a minute at most. Knows no screen. */
import { Failed, type Api, type Arrivals, type ReviewGoesOn } from "@pingji/shared"
import { shallowRef, type ShallowRef } from "vue"

const AGAIN = 700
/** The last target is seen better with a little room behind it. */
const BEHIND = 0.04

type Step = Arrivals["needed"][number]

/** What a step curve says at an instant. */
export function valueAt(steps: readonly Step[], at: number): number {
  let value = 0
  for (const step of steps) {
    if (Date.parse(step.at) > at) break
    value = step.value
  }
  return value
}

/** The next time by which more are to be there; null where nothing more is asked. */
export function nextTarget(needed: readonly Step[], now: number): { at: number; value: number } | null {
  const next = needed.find((step) => Date.parse(step.at) > now)
  return next ? { at: Date.parse(next.at), value: next.value } : null
}

/** From the order until all that is asked or known: a chart that ends where something happened last can be read. */
export function lasts({ since, needed, called, arrived }: Arrivals): { from: number; known: number; until: number } {
  const from = Date.parse(since)
  const ends = (steps: readonly Step[]): number => Date.parse(steps.at(-1)?.at ?? since)
  const known = Math.max(from + 60_000, ends(called), ends(arrived))
  const target = ends(needed)
  return { from, known, until: Math.max(known, target + (target - from) * BEHIND) }
}

export class ArrivalsRecord {
  readonly found: ShallowRef<Arrivals | null> = shallowRef(null)
  readonly problem: ShallowRef<Failed | null> = shallowRef(null)
  /** The first time a long record is read: how far it is. */
  readonly progress: ShallowRef<ReviewGoesOn | null> = shallowRef(null)
  /** The world's time when it was asked for. */
  readonly at: ShallowRef<number> = shallowRef(0)
  #busy = false
  #over = false

  constructor(
    private readonly api: Api,
    private readonly operation: string,
    private readonly area: string,
    private readonly now: () => number,
  ) {}

  async load(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    try {
      for (;;) {
        const at = this.now()
        const found = await this.api.get<Arrivals | ReviewGoesOn>(`/api/v1/reports/${this.operation}/arrivals`, { area: this.area })
        if (this.#over) return
        if ("operation" in found) {
          this.found.value = found
          this.at.value = at
          this.problem.value = null
          return
        }
        this.progress.value = found
        await new Promise((resolve) => setTimeout(resolve, AGAIN))
      }
    } catch (error) {
      if (!(error instanceof Failed)) throw error
      this.problem.value = error
    } finally {
      this.#busy = false
      this.progress.value = null
    }
  }

  stop(): void {
    this.#over = true
  }
}
