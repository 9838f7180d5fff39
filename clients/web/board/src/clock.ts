/**
 * The clients' only place for the clock, chance and fresh ids. A key is dated by the server's clock, learned at sign-in:
 * a phone set an hour ahead would be refused otherwise.
 */

/** Seconds that only go forward; for waits. */
export const monotonic = (): number => performance.now() / 1000

/** Between half of `longest` and all of it, by chance: so that a thousand clients do not come back at once. */
export const spread = (longest: number): number => longest * (0.5 + Math.random() / 2)

/** The server's time and the world's, as this client knows them; in milliseconds since 1970. */
export class Clock {
  #ahead = 0
  #world: number | null = null
  #toldAt = 0
  #rate = 1

  /** What the server has just said; left out, the rate stays. */
  correct(serverTime: string, worldTime: string, rate?: number): void {
    this.#ahead = Date.parse(serverTime) - Date.now()
    this.#world = Date.parse(worldTime)
    this.#toldAt = monotonic()
    this.#rate = rate ?? this.#rate
  }

  get rate(): number {
    return this.#rate
  }

  now(): number {
    return Date.now() + this.#ahead
  }

  /** The world's time; the server's where none was told yet. */
  worldNow(): number {
    return this.#world === null ? this.now() : this.#world + (monotonic() - this.#toldAt) * 1000 * this.#rate
  }

  /** A fresh key for one command: a UUID of version 7. */
  key(): string {
    return uuid7(this.now(), crypto.getRandomValues(new Uint8Array(10)))
  }
}

/** RFC 9562: 48 bits of milliseconds, then chance. `chance`: ten bytes. */
export function uuid7(milliseconds: number, chance: Uint8Array): string {
  const at = Math.floor(milliseconds).toString(16).padStart(12, "0")
  const bytes = Uint8Array.from(chance)
  bytes[0] = (bytes[0]! & 0x0f) | 0x70
  bytes[2] = (bytes[2]! & 0x3f) | 0x80
  const rest = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
  return `${at.slice(0, 8)}-${at.slice(8)}-${rest.slice(0, 4)}-${rest.slice(4, 8)}-${rest.slice(8)}`
}
