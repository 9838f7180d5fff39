/**
 * Commands that have no answer yet, in the order they were given, each with the key that makes repeating it safe. It
 * sends nothing itself; whoever keeps it on the device is told of every change.
 */
import type { CommandMessage, ErrorBody, Result } from "@pingji/types"

export type Body = CommandMessage["body"]
/** `waiting` for its turn, `sent`, or `expired`: older than a day, refused and never carried out. */
export type State = "waiting" | "sent" | "expired"

export interface Outgoing {
  readonly key: string
  readonly name: string
  readonly body: Body
  state: State
  sentAt: number
  tries: number
  /** What the server last said against it, for now; empty again once it was sent again. */
  said: ErrorBody | null
  /** The answer, once there is one. */
  result: Result | null
}

export class Outbox {
  readonly #all = new Map<string, Outgoing>()

  /** `changed` is told the entry and whether it is still here. `kept`: what a device had from before. */
  constructor(
    kept: Iterable<Pick<Outgoing, "key" | "name" | "body" | "state">> = [],
    private readonly changed: (one: Outgoing, here: boolean) => void = () => {},
  ) {
    for (const { key, name, body, state } of kept)
      this.#all.set(key, fresh(key, name, body, state === "expired" ? "expired" : "waiting"))
  }

  get size(): number {
    return this.#all.size
  }

  [Symbol.iterator](): IterableIterator<Outgoing> {
    return [...this.#all.values()][Symbol.iterator]()
  }

  get(key: string): Outgoing | undefined {
    return this.#all.get(key)
  }

  /** At the end. Throws for a key that waits here already with something else. */
  add(key: string, name: string, body: Body): Outgoing {
    const known = this.#all.get(key)
    if (known) {
      if (known.name !== name || JSON.stringify(known.body) !== JSON.stringify(body))
        throw new Error(`the key ${key} waits already, with another command`)
      return known
    }
    const one = fresh(key, name, body)
    this.#all.set(key, one)
    this.changed(one, true)
    return one
  }

  /** It was answered, or nobody wants it any more. */
  drop(key: string): void {
    const one = this.#all.get(key)
    if (one && this.#all.delete(key)) this.changed(one, false)
  }

  expire(key: string): void {
    const one = this.#all.get(key)
    if (!one) return
    one.state = "expired"
    this.changed(one, true)
  }

  /** An expired command again, under a fresh key, at the end. */
  issueAnew(key: string, under: string): Outgoing {
    const old = this.#all.get(key)
    if (old?.state !== "expired") throw new Error(`${key} has not expired: it is still being sent`)
    this.drop(key)
    return this.add(under, old.name, old.body)
  }

  /** The next that are to be sent or answered. */
  front(number: number): Outgoing[] {
    const next: Outgoing[] = []
    for (const one of this.#all.values()) {
      if (next.length === number) break
      if (one.state !== "expired") next.push(one)
    }
    return next
  }
}

function fresh(key: string, name: string, body: Body, state: State = "waiting"): Outgoing {
  return { key, name, body, state, sentAt: 0, tries: 0, said: null, result: null }
}
