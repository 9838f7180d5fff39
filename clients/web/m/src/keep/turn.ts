/**
 * Of all tabs that a person has open on a device, one sends: it holds the turn for a few seconds and renews it. A tab
 * that was put to sleep or closed loses it by itself; what two should ever send both, the server takes once by its key.
 */
import { leaveTurn, takeTurn } from "../device"
import { HEARD, hear } from "./tabs"

const EVERY = 2000
/** Longer than a busy phone needs to renew it, shorter than a person's patience. */
const LASTS = 7000

const NAME = "tab"
const TAB = again() ?? Array.from(crypto.getRandomValues(new Uint32Array(2)), (one) => one.toString(36)).join("")

/** A page that is loaded again in its tab keeps its turn. Read once: a copy of a tab is another tab. */
function again(): string | null {
  try {
    const name = sessionStorage.getItem(NAME)
    sessionStorage.removeItem(NAME)
    return name
  } catch {
    return null // forbidden storage: it waits until the turn runs out
  }
}

function remember(): void {
  try {
    sessionStorage.setItem(NAME, TAB)
  } catch {
    return // as above
  }
}

export class Turn {
  /** Whether this tab sends. */
  mine = false
  readonly #timer: ReturnType<typeof setInterval>
  readonly #stop: () => void

  /** `changed`: the turn has come here or gone. `news`: another tab has put something in, or had an answer. */
  constructor(
    private readonly owner: string,
    private readonly changed: () => void,
    private readonly news: () => void,
  ) {
    this.#timer = setInterval(() => void this.renew(), EVERY)
    this.#stop = hear("outbox", news)
    addEventListener("pagehide", this.#leave)
  }

  async renew(): Promise<void> {
    const mine = await takeTurn(this.owner, TAB, LASTS).catch(() => true) // forbidden storage: nobody to share with
    if (mine !== this.mine) {
      this.mine = mine
      this.changed()
    } else if (!HEARD || !mine) this.news() // also where tabs cannot hear each other
  }

  end(): void {
    clearInterval(this.#timer)
    this.#stop()
    removeEventListener("pagehide", this.#leave)
    this.#leave()
  }

  readonly #leave = (): void => {
    remember()
    if (!this.mine) return
    this.mine = false
    void leaveTurn(this.owner, TAB).catch(() => undefined)
    this.changed()
  }
}
