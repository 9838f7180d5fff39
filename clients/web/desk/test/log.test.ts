/** The list of a log grows at both ends, passes over pages in which nothing fits, and drops what another filter asked for. */
import { expect, test } from "vitest"
import type { Api, LogEntry, LogPage, Query } from "@pingji/shared"
import { Log, type LogFilter } from "../src/screens/timeline/log"

const ALL: LogFilter = { area: "420107", kind: "", operation: "", since: "", until: "" }

/** A log whose entries are fits and misses; pages look at ten positions. */
class FakeApi {
  head = 40
  readonly asked: Query[] = []
  fits = (_: number): boolean => true
  held: Promise<void> = Promise.resolve()

  async get(_: string, query: Query): Promise<LogPage> {
    this.asked.push(query)
    await this.held
    const after = query["after"] as number | undefined
    const before = (query["before"] as number | undefined) ?? this.head + 1
    const looked =
      after === undefined
        ? Array.from({ length: Math.min(10, before - 1) }, (_, n) => before - 1 - n)
        : Array.from({ length: Math.min(10, this.head - after) }, (_, n) => after + 1 + n)
    const last = looked.at(-1)
    const next = after === undefined ? (last !== undefined && last > 1 ? last : null) : (last ?? this.head) < this.head ? (last ?? null) : null
    const entries = looked.filter(this.fits).map((position) => ({ scope: "420107", position }) as LogEntry)
    return { world: "DEMO", scope: "420107", head: this.head, entries, next }
  }
}

const positions = (log: Log): number[] => log.entries.value.map((one) => one.position)
const opened = async (): Promise<[FakeApi, Log]> => {
  const api = new FakeApi()
  const log = new Log(api as unknown as Api)
  await log.load(ALL)
  return [api, log]
}

test("older pages follow without a gap, down to the first entry", async () => {
  const [, log] = await opened()
  while (!log.whole.value) await log.more()
  expect(positions(log)).toEqual(Array.from({ length: 40 }, (_, n) => 40 - n))
})

test("pages in which nothing fits are passed over", async () => {
  const [api, log] = await opened()
  api.fits = (position) => position === 3
  await log.load({ ...ALL, kind: "OperationDeclared" })
  expect(positions(log)).toEqual([3])
})

test("what happens is listed at once, or kept back for who reads further down", async () => {
  const [api, log] = await opened()
  api.head = 65
  await log.follow(false)
  expect(positions(log).slice(0, 26)).toEqual(Array.from({ length: 26 }, (_, n) => 65 - n))
  api.head = 66
  await log.follow(true)
  expect(positions(log)[0]).toBe(65)
  expect(log.fresh.value.map((one) => one.position)).toEqual([66])
  log.show()
  expect(positions(log)[0]).toBe(66)
})

test("a list that stops at an instant does not follow", async () => {
  const [api, log] = await opened()
  await log.load({ ...ALL, until: "2026-07-01T08:00:00+08:00" })
  const before = api.asked.length
  await log.follow(false)
  expect(api.asked.length).toBe(before)
})

test("an answer to another filter is dropped", async () => {
  const [api, log] = await opened()
  let letGo: () => void = () => undefined
  api.held = new Promise((resolve) => (letGo = resolve))
  const first = log.load({ ...ALL, kind: "people" })
  api.head = 7
  const second = log.load({ ...ALL, kind: "task" })
  letGo()
  await Promise.all([first, second])
  expect(positions(log)).toEqual([7, 6, 5, 4, 3, 2, 1])
})
