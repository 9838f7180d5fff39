/**
 * The thin loop around a browser's WebSocket: it carries out what `session.ts` decides and comes back when it is lost.
 * It draws nothing; whoever does is told through `events`.
 */
import type { ErrorBody, Pong, SignedIn, Status } from "@pingji/types"
import { Clock, monotonic, spread } from "./clock"
import type { Body, Outbox, Outgoing } from "./outbox"
import { ABNORMAL, ClosedForGood, Reconnect } from "./reconnect"
import { Session, type Effect } from "./session"

/** How the connection is. `ended`: the server said not to come back, by this close code. */
export type Link =
  | { readonly state: "connecting"; readonly since: number }
  | { readonly state: "up"; readonly since: number }
  | { readonly state: "lost"; readonly since: number }
  | { readonly state: "ended"; readonly since: number; readonly code: number }

export interface ClientEvents {
  link(link: Link): void
  welcomed(message: SignedIn): void
  told(message: Pong): void
  log(message: Status): void
  changed(board: string, changed: readonly string[], gone: readonly string[]): void
  refused(board: string, error: ErrorBody): void
  answered(command: Outgoing): void
  /** A command was put in, sent, or held back. */
  outbox(): void
}

/** Not a byte for so long, though the server is asked for the time every twenty seconds: it is gone. */
const SILENT_SECONDS = 45
/** A socket that opens no sooner is given up. */
const OPEN_SECONDS = 10

export class Client {
  readonly clock = new Clock()
  readonly session: Session
  readonly #reconnect = new Reconnect(spread)
  #socket: WebSocket | null = null
  #openedAt = 0
  #heardAt = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #again: ReturnType<typeof setTimeout> | undefined
  #closed = false
  #lostSince: number | null = null

  constructor(
    private readonly url: string,
    token: string,
    outbox: Outbox,
    private readonly events: ClientEvents,
    inFlight = 1,
  ) {
    this.session = new Session(token, outbox, inFlight)
  }

  start(): void {
    this.#connect()
  }

  /** Come back at once instead of when the wait is over: the device is awake or has a network again. */
  hurry(): void {
    if (this.#again === undefined) return
    clearTimeout(this.#again)
    this.#connect()
  }

  /** The device says that it has no network: that is known at once, and not only after a long silence. */
  giveUp(): void {
    const gone = this.#socket
    if (!gone) return
    gone.close()
    this.#lost(gone, ABNORMAL, "") // a browser may wait a minute for an answer to its close
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    clearTimeout(this.#again)
    this.#socket?.close(1000)
  }

  watch(board: string): void {
    this.#carryOut(this.session.watch(board))
  }

  unwatch(board: string): void {
    this.#carryOut(this.session.unwatch(board))
  }

  /** Into the outbox: it is repeated with its key until it has its answer. */
  post(name: string, body: Body, key: string = this.clock.key()): Outgoing {
    const one = this.session.submit(key, name, body)
    this.#turn()
    this.events.outbox()
    return one
  }

  /** A command that expired in the outbox once more, under a fresh key. */
  issueAnew(key: string): Outgoing {
    const one = this.session.outbox.issueAnew(key, this.clock.key())
    this.#turn()
    this.events.outbox()
    return one
  }

  #connect(): void {
    this.#again = undefined
    if (this.#closed) return
    if (this.#lostSince === null) this.events.link({ state: "connecting", since: this.clock.now() })
    const socket = (this.#socket = new WebSocket(this.url))
    this.#openedAt = this.#heardAt = monotonic()
    this.#timer = setTimeout(() => socket.close(), OPEN_SECONDS * 1000)
    socket.onopen = () => this.#carryOut(this.session.opened())
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      this.#heardAt = monotonic()
      this.#carryOut(this.session.received(data, this.#heardAt))
      this.#arm()
    }
    socket.onclose = ({ code, reason }) => this.#lost(socket, code, reason)
  }

  #lost(socket: WebSocket, code: number, reason: string): void {
    if (socket !== this.#socket) return
    this.#socket = null
    clearTimeout(this.#timer)
    this.session.lost()
    if (this.#closed) return
    this.#lostSince ??= this.clock.now()
    try {
      const wait = this.#reconnect.wait(code || ABNORMAL, reason, monotonic() - this.#openedAt)
      this.events.link({ state: "lost", since: this.#lostSince })
      this.#again = setTimeout(() => this.#connect(), wait * 1000)
    } catch (error) {
      if (!(error instanceof ClosedForGood)) throw error
      this.events.link({ state: "ended", since: this.#lostSince, code: error.code })
    }
    this.events.outbox()
  }

  /** What falls due, and a look at whether anybody is still there. */
  #turn(): void {
    if (!this.session.signedIn) return
    const now = monotonic()
    if (now - this.#heardAt > SILENT_SECONDS) return this.giveUp()
    this.#carryOut(this.session.due(now))
    this.#arm()
  }

  #arm(): void {
    if (!this.session.signedIn) return
    clearTimeout(this.#timer)
    const now = monotonic()
    const wait = Math.max(0.01, Math.min(this.session.wakeAt(now) - now, SILENT_SECONDS))
    this.#timer = setTimeout(() => this.#turn(), wait * 1000)
  }

  #carryOut(effects: Effect[]): void {
    let commands = false
    for (const effect of effects) {
      switch (effect.kind) {
        case "send":
          this.#socket?.send(JSON.stringify(effect.message))
          commands ||= effect.message.type === "command"
          break
        case "welcomed":
          this.clock.correct(effect.message.server_time, effect.message.world_time, effect.message.rate)
          this.#lostSince = null
          this.events.welcomed(effect.message)
          this.events.link({ state: "up", since: this.clock.now() })
          break
        case "told":
          this.clock.correct(effect.message.server_time, effect.message.world_time, effect.message.rate)
          this.events.told(effect.message)
          break
        case "log":
          this.events.log(effect.message)
          break
        case "changed":
          this.events.changed(effect.board, effect.changed, effect.gone)
          break
        case "refused":
          this.events.refused(effect.board, effect.error)
          break
        case "answered":
          commands = true
          this.events.answered(effect.command)
          break
      }
    }
    if (commands) this.events.outbox()
  }
}
