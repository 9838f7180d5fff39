/** When to come back after a connection is lost, and when not to: as `clients/sdk/reconnect.py`. Chance is handed in. */

/** From here on a close code says: do not come back. */
export const FINAL = 4500
/** RFC 6455: no close frame came. */
export const ABNORMAL = 1006
/** A connection that held so many seconds was a good one: the waits begin anew. */
const STEADY = 5
/** Of what a server's reason may ask. */
const LONGEST_WAIT = 300

const WAIT = /^wait=(\d{1,6}(?:\.\d{1,6})?)$/

/** The server said not to come back. */
export class ClosedForGood extends Error {
  constructor(readonly code: number) {
    super(`closed with ${code}`)
  }
}

/** The waits of one client: doubled from `first` to `longest`, spread by chance. */
export class Reconnect {
  #failures = 0

  constructor(
    private readonly spread: (longest: number) => number,
    private readonly first = 0.25,
    private readonly longest = 15,
  ) {}

  /** Seconds to stay away after a connection of `lasted` seconds. Throws `ClosedForGood`. */
  wait(code: number, reason: string, lasted: number): number {
    if (code >= FINAL) throw new ClosedForGood(code)
    if (lasted >= STEADY) this.#failures = 0
    const asked = WAIT.exec(reason)
    if (asked) return Math.min(Number(asked[1]), LONGEST_WAIT) // the server has spread its clients already
    const failures = this.#failures++
    return this.spread(Math.min(this.longest, this.first * 2 ** Math.min(failures, 30)))
  }
}
