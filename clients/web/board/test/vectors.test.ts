/** Held to what the Python SDK made of the same steps: `tests/vectors/client.json`, recorded by `tests/web/vectors.py`. */
import { describe, expect, test } from "vitest"
import recorded from "../../../../tests/vectors/client.json"
import { Board, ClosedForGood, levelOf, modeOf, OutOfStep, Outbox, Reconnect, Session, total, type Effect } from "../src"

interface Step {
  now: number
  do: string
  board?: string
  key?: string
  under?: string
  name?: string
  body?: object
  message?: object
}

function told(effect: Effect): object {
  switch (effect.kind) {
    case "send":
      return { send: effect.message }
    case "welcomed":
      return { welcomed: effect.message.person }
    case "told":
      return { told: effect.message.world_time }
    case "log":
      return { log: effect.message.log }
    case "changed":
      return { changed: effect.board, keys: [...effect.changed].sort(), gone: [...effect.gone].sort() }
    case "refused":
      return { refused: effect.board, code: effect.error.code }
    case "answered":
      return { answered: effect.command.key, status: effect.command.result?.status }
  }
}

function carryOut(session: Session, step: Step): Effect[] {
  switch (step.do) {
    case "opened":
      return session.opened()
    case "lost":
      session.lost()
      return []
    case "received":
      return session.received(JSON.stringify(step.message), step.now)
    case "due":
      return session.due(step.now)
    case "watch":
      return session.watch(step.board!)
    case "unwatch":
      return session.unwatch(step.board!)
    case "submit":
      session.submit(step.key!, step.name!, step.body as never)
      return []
    case "anew":
      session.outbox.issueAnew(step.key!, step.under!)
      return []
    default:
      throw new Error(`no step is called ${step.do}`)
  }
}

const stands = (session: Session, now: number): object => ({
  boards: Object.fromEntries(
    [...session.watched].map(([name, { board }]) => [
      name,
      { whole: session.whole(name), cursor: board.cursor, entries: Object.fromEntries(board.entries) },
    ]),
  ),
  waiting: session.outbox.size,
  outbox: [...session.outbox].slice(0, 3).map(({ key, state, tries }) => [key, state, tries]),
  wake_at: session.signedIn ? session.wakeAt(now) : null,
})

describe("a session does what the SDK's does", () => {
  for (const { name, in_flight, steps, seen } of recorded.sessions)
    test(name, () => {
      const session = new Session("pj_token-of-a-test", new Outbox(), in_flight)
      steps.forEach((step, index) => {
        const { effects, ...stood } = seen[index]!
        expect(carryOut(session, step as Step).map(told), `effects of step ${index}`).toEqual(effects)
        const own = stands(session, step.now) as { wake_at: number | null }
        if (stood.wake_at === null) expect(own.wake_at).toBeNull()
        else expect(own.wake_at).toBeCloseTo(stood.wake_at, 6)
        expect({ ...own, wake_at: 0 }, `after step ${index}`).toEqual({ ...stood, wake_at: 0 })
      })
    })
})

describe("a board stands where the SDK's stands", () => {
  for (const { seed, steps } of recorded.boards)
    test(`by chance ${seed}`, () => {
      const board = new Board("area:42")
      for (const step of steps as never[]) {
        const { part, since, cursor, set, gone, out_of_step, entries } = step as {
          part: string
          since?: [number, number]
          cursor: [number, number]
          set: Record<string, object>
          gone?: string[]
          out_of_step: boolean
          entries: object
        }
        const change = (): void =>
          since ? board.delta(part, since, cursor, set as never, gone!) : board.snapshot(part, cursor, set as never)
        if (out_of_step) expect(change).toThrow(OutOfStep)
        else change()
        expect(Object.fromEntries(board.entries)).toEqual(entries)
        for (const key of board.entries.keys()) expect(board.entry(key)).toEqual(board.entries.get(key))
      }
    })
})

test("totals, modes and levels are folded alike", () => {
  for (const { rows, total: sums, mode, level } of recorded.counts) {
    const own = total(Object.values(rows) as never[])
    expect(own).toEqual(sums)
    expect([modeOf(own), levelOf(own)]).toEqual([mode, level])
  }
})

test("the waits are the SDK's, and where it stays away so do we", () => {
  const reconnect = new Reconnect((longest) => longest)
  for (const { code, reason, lasted, wait } of recorded.waits) {
    if (wait === null) expect(() => reconnect.wait(code, reason, lasted)).toThrow(ClosedForGood)
    else expect(reconnect.wait(code, reason, lasted)).toBe(wait)
  }
})
