/**
 * A client's session without its socket: messages in, effects out; the same as `clients/sdk/session.py`, held to it by
 * recorded vectors. It keeps boards, resumes them by cursor, and repeats commands with the same key until they are
 * answered. It never looks at a clock, waits, or writes.
 */
import type {
  ClientMessage,
  Delta,
  Entry,
  ErrorBody,
  ErrorMessage,
  Pong,
  Result,
  ServerMessage,
  SignedIn,
  Snapshot,
  Status,
} from "@pingji/types"
import { Board, OutOfStep } from "./board"
import type { Body, Outbox, Outgoing } from "./outbox"

/** How often the world's time is asked for: a drill's clock may be paused or moved. */
const PING_SECONDS = 20
/** A command that has no answer for so long on a living connection is sent again. */
const ANSWER_SECONDS = 15
/** After an `unknown`, or a refusal that says to try again; doubled up to `AGAIN_LONGEST`. */
const AGAIN_SECONDS = 1
const AGAIN_LONGEST = 8
/** Commands a client sends in the long run, and `BURST` at once: below what the server lets through. */
const PER_SECOND = 15
const BURST = 100
/** Bytes a client may send in one message. */
const MAX_FRAME = 64 * 1024

export type Effect =
  | { readonly kind: "send"; readonly message: ClientMessage }
  | { readonly kind: "welcomed"; readonly message: SignedIn }
  | { readonly kind: "told"; readonly message: Pong }
  | { readonly kind: "log"; readonly message: Status }
  /** None of either: it is as it was, and known to be fresh. */
  | { readonly kind: "changed"; readonly board: string; readonly changed: string[]; readonly gone: string[] }
  /** A board is not, or no longer, to be seen. */
  | { readonly kind: "refused"; readonly board: string; readonly error: ErrorBody }
  | { readonly kind: "answered"; readonly command: Outgoing }

/** A board with what is known of how whole it is. */
export interface Watched {
  readonly board: Board
  /** All parts it has, as the last snapshot said. */
  parts: ReadonlySet<string> | null
  /** It fell out of step and was asked for anew: deltas are let pass until the snapshots are here. */
  resync: boolean
  awaited: Set<string>
  /** When to subscribe again, after the server said that it cannot just now. */
  againAt: number | null
}

export class Session {
  readonly watched = new Map<string, Watched>()
  signedIn = false
  #holdUntil = 0
  #pingAt = 0
  #allowance = BURST
  #allowedAt = 0

  constructor(
    private readonly token: string,
    readonly outbox: Outbox,
    private readonly inFlight = 1,
  ) {}

  // --- the connection

  opened(): Effect[] {
    return [send({ type: "sign_in", token: this.token, protocol: 1 })]
  }

  /** What was sent and not answered is sent again, with the same keys, on the next connection. */
  lost(): void {
    this.signedIn = false
    this.#holdUntil = 0
    for (const one of this.outbox) if (one.state === "sent") one.state = "waiting"
    for (const watched of this.watched.values()) {
      watched.againAt = null
      watched.awaited = new Set()
    }
  }

  /** Throws for what is no message: the server is newer than this page. */
  received(text: string, now: number): Effect[] {
    const message = JSON.parse(text) as ServerMessage
    switch (message.type) {
      case "signed_in":
        return this.#welcomed(message, now)
      case "snapshot":
        return this.#snapshot(message)
      case "delta":
        return this.#delta(message)
      case "result":
        return this.#result(message, now)
      case "error":
        return this.#error(message, now)
      case "status":
        return [{ kind: "log", message }]
      case "pong":
        return [{ kind: "told", message }]
      default:
        throw new Error(`not understood: ${String((message as { type?: unknown }).type)}`)
    }
  }

  /** What the passing of time has made due. */
  due(now: number): Effect[] {
    if (!this.signedIn) return []
    const effects: Effect[] = []
    if (now >= this.#pingAt) {
      this.#pingAt = now + PING_SECONDS
      effects.push(send({ type: "ping" }))
    }
    for (const watched of this.watched.values())
      if (watched.againAt !== null && now >= watched.againAt) {
        watched.againAt = null
        effects.push(subscribe(watched))
      }
    for (const one of this.outbox.front(this.inFlight))
      if (one.state === "sent" && now >= one.sentAt + ANSWER_SECONDS) one.state = "waiting"
    return [...effects, ...this.#sendCommands(now)]
  }

  /** When something will be due. */
  wakeAt(now: number): number {
    const times = [this.#pingAt]
    for (const { againAt } of this.watched.values()) if (againAt !== null) times.push(againAt)
    for (const one of this.outbox.front(this.inFlight)) {
      if (one.state === "sent") times.push(one.sentAt + ANSWER_SECONDS)
      else times.push(Math.max(this.#holdUntil, now + Math.max(0, 1 - this.#allowance) / PER_SECOND))
    }
    return Math.min(...times)
  }

  #welcomed(message: SignedIn, now: number): Effect[] {
    this.signedIn = true
    this.#pingAt = now + PING_SECONDS
    this.#allowance = BURST
    this.#allowedAt = now
    return [{ kind: "welcomed", message }, ...[...this.watched.values()].map(subscribe), ...this.#sendCommands(now)]
  }

  // --- boards

  watch(name: string): Effect[] {
    if (this.watched.has(name)) return []
    const watched = { board: new Board(name), parts: null, resync: false, awaited: new Set<string>(), againAt: null }
    this.watched.set(name, watched)
    return this.signedIn ? [subscribe(watched)] : []
  }

  unwatch(name: string): Effect[] {
    if (!this.watched.delete(name) || !this.signedIn) return []
    return [send({ type: "unsubscribe", board: name })]
  }

  /** Whether every part of it is here. */
  whole(name: string): boolean {
    const watched = this.watched.get(name)
    return !!watched?.parts && [...watched.parts].every((part) => watched.board.parts.has(part))
  }

  #snapshot(message: Snapshot): Effect[] {
    const watched = this.watched.get(message.board)
    if (!watched) return [] // let go of while this was on its way
    if (watched.resync && watched.awaited.size === 0) watched.awaited = new Set(message.parts)
    watched.awaited.delete(message.part)
    watched.resync = watched.resync && watched.awaited.size > 0
    watched.parts = new Set(message.parts)
    const { board } = watched
    const before = board.entries
    for (const part of [...board.parts.keys()]) if (!watched.parts.has(part)) board.parts.delete(part)
    board.snapshot(message.part, message.cursor, message.entries, message.at)
    const after = board.entries
    const changed = [...after].filter(([key, entry]) => !same(before.get(key), entry)).map(([key]) => key)
    const gone = [...before.keys()].filter((key) => !after.has(key))
    return [{ kind: "changed", board: message.board, changed, gone }]
  }

  #delta(message: Delta): Effect[] {
    const watched = this.watched.get(message.board)
    if (!watched) return []
    try {
      watched.board.delta(message.part, message.since, message.cursor, message.set, message.gone, message.at)
    } catch (error) {
      if (!(error instanceof OutOfStep)) throw error
      if (watched.resync) return []
      watched.resync = true
      watched.awaited = new Set()
      return [subscribe(watched)]
    }
    return [{ kind: "changed", board: message.board, changed: Object.keys(message.set), gone: [...message.gone] }]
  }

  #error(message: ErrorMessage, now: number): Effect[] {
    const watched = this.watched.get(message.about)
    if (!watched) return []
    if (message.error.retry) {
      watched.againAt = now + AGAIN_SECONDS
      return []
    }
    this.watched.delete(message.about)
    return [{ kind: "refused", board: message.about, error: message.error }]
  }

  // --- commands

  /** At the end of the outbox; `due` sends it. Throws for what is too large. */
  submit(key: string, name: string, body: Body): Outgoing {
    const size = new TextEncoder().encode(JSON.stringify({ type: "command", key, name, body })).length
    if (size > MAX_FRAME) throw new Error(`${name} is larger than ${MAX_FRAME} bytes`)
    return this.outbox.add(key, name, body)
  }

  /** The front of the outbox, as far as nothing holds it back: strictly in order where one is in flight. */
  #sendCommands(now: number): Effect[] {
    if (!this.signedIn || now < this.#holdUntil) return []
    this.#allowance = Math.min(BURST, this.#allowance + (now - this.#allowedAt) * PER_SECOND)
    this.#allowedAt = now
    const effects: Effect[] = []
    for (const one of this.outbox.front(this.inFlight)) {
      if (one.state !== "waiting") continue
      if (this.#allowance < 1) break
      this.#allowance -= 1
      one.state = "sent"
      one.sentAt = now
      one.said = null
      one.tries += 1
      effects.push(send({ type: "command", key: one.key, name: one.name, body: one.body }))
    }
    return effects
  }

  #result(result: Result, now: number): Effect[] {
    const one = this.outbox.get(result.key)
    if (!one) return [] // given up, or answered twice
    if (result.status === "unknown" || result.error?.retry) {
      this.#hold(one, result.error, now)
      return []
    }
    one.result = result
    if (result.error?.code === "key_expired") this.outbox.expire(one.key)
    else this.outbox.drop(one.key)
    return [{ kind: "answered", command: one }, ...this.#sendCommands(now)]
  }

  /** Not now: the same key again after a while, and nothing overtakes it. */
  #hold(one: Outgoing, said: ErrorBody | null, now: number): void {
    one.state = "waiting"
    one.said = said
    const wait = Math.min(AGAIN_LONGEST, AGAIN_SECONDS * 2 ** Math.min(one.tries - 1, 8))
    this.#holdUntil = Math.max(this.#holdUntil, now + wait)
  }
}

const send = (message: ClientMessage): Effect => ({ kind: "send", message })

/** From where the board stands; from the start where it has fallen out of step. */
function subscribe(watched: Watched): Effect {
  const known = watched.board.parts.size > 0 && !watched.resync
  return send({ type: "subscribe", board: watched.board.key, since: known ? watched.board.cursor : null })
}

function same(one: Entry | undefined, other: Entry): boolean {
  return one === other || (one !== undefined && JSON.stringify(one) === JSON.stringify(other))
}
