/** What the phone says beforehand is what the server will decide: the same folds, on the same records. */
import type { Facility, Post, Switch, Task } from "@pingji/shared"
import { expect, test } from "vitest"
import { byUrgency, filled, heads, least, meets, missing, NEXT, standing, waitsFor } from "../src/rules"

const post = (more: Partial<Post> = {}): Post => ({
  id: "op:watch@1",
  area: "1",
  key: "watch",
  name: { zh: "", en: "" },
  wanted: { op: 3 },
  shifts: 1,
  shift_minutes: 480,
  crew_min: 2,
  skills: [],
  may_fill: [],
  by: "2026-06-01T00:00:00Z",
  must: true,
  ...more,
})

const shelter = (more: Partial<Facility> = {}): Facility => ({
  id: "f1",
  area: "1",
  kind: "shelter",
  name: "",
  capacity: 100,
  uses: { op: { to: "open", use: { zh: "", en: "" }, by: "2026-06-01T00:00:00Z", must: true } },
  ...more,
})

const task = (more: Partial<Task> = {}): Task => ({
  id: "op:t@1#1",
  area: "1",
  operation: "op",
  key: "t",
  name: { zh: "", en: "" },
  due: "2026-06-01T00:00:00Z",
  evidence: { kind: "count", total: 10 },
  ...more,
})

test("a post that two operations want needs the larger number, not the sum", () => {
  expect(heads(post({ wanted: { op: 3, other: 5 } }))).toBe(5)
})

test("one alone in water counts as none", () => {
  expect(standing(post({ present: 1 }))).toBe(0)
  expect(standing(post({ present: 2 }))).toBe(2)
  expect(filled(post({ present: 2 }))).toBe(false)
  expect(standing(post({ present: 1, wanted: { op: 1 } }))).toBe(1)
})

test("what is missing for ready is what must be, of this operation, and nothing else", () => {
  const at = { operation: "op", signed_at: null } as Switch
  const spare = post({ id: "b", must: false })
  const others = post({ id: "c", wanted: { other: 2 } })
  expect(missing(at, [post(), spare, others, post({ id: "d", present: 3 })], [shelter()])).toEqual({
    signed: false,
    posts: [post()],
    facilities: [shelter()],
  })
  expect(missing({ ...at, signed_at: "2026" }, [], [shelter({ state: "full" })])).toEqual({ signed: true, posts: [], facilities: [] })
})

test("a building meets what is asked from that state on; closed is closed", () => {
  expect(meets(shelter({ state: "standby" }), "inspected")).toBe(true)
  expect(meets(shelter({ state: "converting" }), "open")).toBe(false)
  expect(meets(shelter({ state: "unusable" }), "closed")).toBe(false)
  expect(meets(shelter({ state: "closed" }), "closed")).toBe(true)
  expect(NEXT.normal).not.toContain("open")
})

test("a count is closed at its share, rounded up", () => {
  expect(least(task())).toBe(10)
  expect(least(task({ evidence: { kind: "receipt_rate", total: 7, share: 0.9 } }))).toBe(7)
  expect(least(task({ evidence: { kind: "count", total: 7, share: 0.5 } }))).toBe(4)
})

test("what a task waits for is said before it is tried", () => {
  const before = task({ id: "a", state: "under_way" })
  const after = task({ depends: ["a"] })
  expect(waitsFor(after, [before], [], [])).toBe("depends")
  expect(waitsFor(after, [{ ...before, state: "done" }], [], [])).toBe("")
  expect(waitsFor(after, [{ ...before, round: 2 }], [], [])).toBe("")
  const building = task({ evidence: { kind: "facility_state", facility: "shelter" } })
  expect(waitsFor(building, [], [], [])).toBe("facility")
  expect(waitsFor(building, [], [], [shelter({ state: "unusable" })])).toBe("facility")
  expect(waitsFor(building, [], [], [shelter({ state: "open" })])).toBe("")
  const crew = task({ evidence: { kind: "check_in", post: "watch" } })
  expect(waitsFor(crew, [], [post({ present: 1 })], [])).toBe("crew")
  expect(waitsFor(crew, [], [post({ present: 2 })], [])).toBe("")
})

test("overdue comes first, then what is due soonest", () => {
  const [late, soon, later] = [task({ id: "1", overdue: true, due: "2026-06-09" }), task({ id: "2", due: "2026-06-02" }), task({ id: "3", due: "2026-06-03" })]
  expect([later!, soon!, late!].sort(byUrgency).map(({ id }) => id)).toEqual(["1", "2", "3"])
})
