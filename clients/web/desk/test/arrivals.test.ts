/** What the curve says at an instant, where it begins and ends, and that a long record is asked for until it has been read. */
import type { Api, Arrivals } from "@pingji/shared"
import { expect, test, vi } from "vitest"
import { ArrivalsRecord, lasts, nextTarget, valueAt } from "../src/screens/overview/arrivals"

const at = (minute: number): string => new Date(Date.UTC(2026, 5, 27, 9, minute)).toISOString()
const T = (minute: number): number => Date.parse(at(0)) + minute * 60_000
const steps = (...those: [minute: number, value: number][]): Arrivals["needed"] => those.map(([minute, value]) => ({ at: at(minute), value }))
const night: Arrivals = { operation: "op-1", part: "420107", since: at(0), needed: steps([30, 8], [90, 12]), called: steps([1, 15]), arrived: steps([12, 3], [25, 7]) }

test("a step stands until the next", () => {
  expect([0, 30, 89, 90].map((minute) => valueAt(night.needed, T(minute)))).toEqual([0, 8, 8, 12])
  expect(nextTarget(night.needed, T(29))).toEqual({ at: T(30), value: 8 })
  expect(nextTarget(night.needed, T(90))).toBeNull()
})

test("it goes as far as something is asked for, and what is known no further than it happened", () => {
  expect(lasts(night)).toEqual({ from: T(0), known: T(25), until: T(93.6) })
  expect(lasts({ ...night, needed: [], called: [], arrived: [] })).toEqual({ from: T(0), known: T(1), until: T(1) })
})

test("a record that is still being read is asked for again", async () => {
  vi.useFakeTimers()
  const answers: unknown[] = [{ read: 5, of: 20 }, night]
  const asked: unknown[] = []
  const api = { get: async (path: string, query: unknown) => (asked.push([path, query]), answers.shift()) } as unknown as Api
  const record = new ArrivalsRecord(api, "op-1", "420107001", () => T(26))
  const loading = record.load()
  await vi.runAllTimersAsync()
  await loading
  expect(asked).toEqual([["/api/v1/reports/op-1/arrivals", { area: "420107001" }], ["/api/v1/reports/op-1/arrivals", { area: "420107001" }]])
  expect([record.found.value, record.at.value]).toEqual([night, T(26)])
  vi.useRealTimers()
})
