/**
 * The one live connection of a page and everything that hangs on it: who we are, boards by key, commands and their
 * answers. Screens read refs and call `send`; nothing else in a page opens a connection or keeps a board.
 */
import { Client, Outbox, type Link, type Outgoing } from "@pingji/board"
import type { CommandName, Commands, ErrorBody, Result, SignedIn, Status } from "@pingji/types"
import { onScopeDispose, shallowRef, watch, type Ref, type ShallowRef, type WatchSource } from "vue"
import { LiveBoard } from "./live-board"

/** The server said no; `error` has the words and what to do. */
export class Refused extends Error {
  constructor(
    readonly error: ErrorBody,
    readonly result: Result,
  ) {
    super(`${error.code}: ${error.en}`)
  }
}

interface Kept {
  readonly board: LiveBoard
  users: number
  timer?: ReturnType<typeof setTimeout>
}

export interface LiveOptions {
  /** What the device kept of the outbox from before. */
  readonly outbox?: Outbox
  /** Where the coordinator is; left out, where the page came from. */
  readonly url?: string
  /** Told of every answer, also of commands from before this page was opened. */
  readonly answered?: (command: Outgoing) => void
}

/** A board that nobody looks at any more is let go of only then: going back and forth costs nothing. */
const LINGER = 20_000

export class Live {
  readonly me: ShallowRef<SignedIn | null> = shallowRef(null)
  readonly link: ShallowRef<Link>
  /** What the server last said of its log; `null`: nothing, so it is up. */
  readonly log: ShallowRef<Status | null> = shallowRef(null)
  /** What has no answer yet, oldest first. */
  readonly outbox: ShallowRef<readonly Outgoing[]> = shallowRef([])
  /** The world's time in milliseconds, moved once a second: for ages and countdowns. */
  readonly now: ShallowRef<number>
  readonly client: Client
  readonly #boards = new Map<string, Kept>()
  readonly #stale = new Set<string>()
  readonly #waiting = new Map<string, { resolve: (result: Result) => void; reject: (why: Refused) => void }>()
  readonly #ticking: ReturnType<typeof setInterval>
  readonly #wake = (): void => {
    if (document.visibilityState === "visible") this.client.hurry()
  }
  readonly #offline = (): void => this.client.giveUp()
  #frame: ReturnType<typeof setTimeout> | null = null

  constructor(token: string, options: LiveOptions = {}) {
    const outbox = options.outbox ?? new Outbox()
    this.client = new Client(options.url ?? socketUrl(location), token, outbox, {
      link: (link) => (this.link.value = link),
      welcomed: (message) => {
        this.me.value = message
        this.log.value = null
        this.#tick()
      },
      told: () => this.#tick(),
      log: (message) => (this.log.value = message),
      changed: (board, changed, gone) => {
        this.#boards.get(board)?.board.note(changed, gone)
        this.#soon(board)
      },
      refused: (board, error) => {
        const kept = this.#boards.get(board)
        if (kept) kept.board.refused.value = error
      },
      answered: (command) => {
        options.answered?.(command)
        this.#answered(command)
      },
      outbox: () => (this.outbox.value = [...outbox]),
    })
    this.link = shallowRef({ state: "connecting", since: this.client.clock.now() })
    this.now = shallowRef(this.client.clock.worldNow())
    this.outbox.value = [...outbox]
    this.#ticking = setInterval(() => this.#tick(), 1000)
    addEventListener("online", this.#wake)
    addEventListener("offline", this.#offline)
    document.addEventListener("visibilitychange", this.#wake)
    this.client.start()
  }

  close(): void {
    clearInterval(this.#ticking)
    removeEventListener("online", this.#wake)
    removeEventListener("offline", this.#offline)
    document.removeEventListener("visibilitychange", this.#wake)
    this.client.close()
  }

  /** A board for as long as the calling component lives. Give a getter, and it follows when the key changes. */
  board(key: WatchSource<string>): Readonly<Ref<LiveBoard>>
  board(key: string): LiveBoard
  board(key: string | WatchSource<string>): LiveBoard | Readonly<Ref<LiveBoard>> {
    if (typeof key === "string") {
      onScopeDispose(() => this.release(key))
      return this.hold(key)
    }
    const held = shallowRef<LiveBoard>() as ShallowRef<LiveBoard>
    watch(
      key,
      (now, before) => {
        held.value = this.hold(now)
        if (before !== undefined) this.release(before)
      },
      { immediate: true, flush: "sync" },
    )
    onScopeDispose(() => this.release(held.value.key))
    return held
  }

  /** As `board`, for whoever has no component's life to bind it to; must be given back with `release`. */
  hold(key: string): LiveBoard {
    let kept = this.#boards.get(key)
    if (!kept || kept.board.refused.value) {
      kept = { board: new LiveBoard(key), users: kept?.users ?? 0 }
      this.#boards.set(key, kept)
      this.client.watch(key)
    }
    clearTimeout(kept.timer)
    kept.users += 1
    return kept.board
  }

  release(key: string): void {
    const kept = this.#boards.get(key)
    if (!kept || --kept.users > 0) return
    kept.timer = setTimeout(() => {
      this.#boards.delete(key)
      this.client.unwatch(key)
    }, LINGER)
  }

  /**
   * Give a command and go on: it stands in `outbox` until it is answered, however often the network is lost. The
   * promise is the answer; it throws `Refused`. It never times out: show the outbox, not a spinner.
   */
  send<N extends CommandName>(name: N, body: Commands[N]): Promise<Result> {
    const { key } = this.client.post(name, body as never)
    return new Promise((resolve, reject) => this.#waiting.set(key, { resolve, reject }))
  }

  #answered(command: Outgoing): void {
    const waiting = this.#waiting.get(command.key)
    this.#waiting.delete(command.key)
    if (!waiting || !command.result) return
    if (command.result.error) waiting.reject(new Refused(command.result.error, command.result))
    else waiting.resolve(command.result)
  }

  #tick(): void {
    this.now.value = this.client.clock.worldNow()
  }

  /** What comes within a frame of the screen is drawn once. A hidden page has no frames, and must not pile up. */
  #soon(board: string): void {
    this.#stale.add(board)
    this.#frame ??= setTimeout(() => {
      this.#frame = null
      for (const key of this.#stale) {
        const watched = this.client.session.watched.get(key)
        if (watched) this.#boards.get(key)?.board.take(watched.board, this.client.session.whole(key))
      }
      this.#stale.clear()
    }, 16)
  }
}

/** The live protocol's address at the host the page came from. */
export function socketUrl({ protocol, host }: { protocol: string; host: string }): string {
  return `${protocol === "https:" ? "wss" : "ws"}://${host}/ws`
}
