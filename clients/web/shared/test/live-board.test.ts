import { Board } from "@pingji/board"
import { expect, test, vi } from "vitest"
import { effect, nextTick, watchEffect } from "vue"
import { LiveBoard } from "../src/live-board"

function shown(count: number): { board: Board; live: LiveBoard } {
  const board = new Board("area:42")
  const entries = Object.fromEntries(Array.from({ length: count }, (_, n) => [`tasks/t${n}`, { id: `t${n}` }]))
  board.snapshot("42", [1, 1], entries, "2026-07-01T00:00:00Z")
  const live = new LiveBoard("area:42")
  live.note(Object.keys(entries), [])
  live.take(board, true)
  return { board, live }
}

test("one changed entry of twenty thousand draws one row", async () => {
  const { board, live } = shown(20_000)
  const tasks = live.section("tasks")
  const first = vi.fn(() => tasks.get("t1"))
  const other = vi.fn(() => tasks.get("t2"))
  const list = vi.fn(() => tasks.keys.value.length)
  for (const draw of [first, other, list]) watchEffect(draw)
  board.delta("42", [1, 1], [1, 2], { "tasks/t1": { id: "t1", state: "done" } }, [])
  live.note(["tasks/t1"], [])
  live.take(board, true)
  await nextTick()
  expect([first, other, list].map(({ mock }) => mock.calls.length)).toEqual([2, 1, 1])
  expect(tasks.get("t1")).toMatchObject({ state: "done" })
})

test("whoever asks for what is not there yet is told when it comes, and when it goes", () => {
  const { board, live } = shown(1)
  const seen: unknown[] = []
  effect(() => seen.push(live.section("tasks").get("t9")?.id))
  board.delta("42", [1, 1], [1, 2], { "tasks/t9": { id: "t9" } }, [])
  live.note(["tasks/t9"], [])
  live.take(board, true)
  board.delta("42", [1, 2], [1, 3], {}, ["tasks/t9"])
  live.note([], ["tasks/t9"])
  live.take(board, true)
  expect(seen.at(0)).toBeUndefined()
  expect(seen).toContain("t9")
  expect(live.section("tasks").get("t9")).toBeUndefined()
  expect(live.section("tasks").keys.value).toEqual(["t0"])
})

test("what came and went within one frame is gone, what went and came is there", () => {
  const { board, live } = shown(1)
  board.delta("42", [1, 1], [1, 3], { "tasks/t5": { id: "t5" } }, ["tasks/t0"])
  live.note(["tasks/t7"], ["tasks/t5"])
  live.note(["tasks/t5"], ["tasks/t7", "tasks/t0"])
  live.take(board, true)
  expect(live.section("tasks").keys.value).toEqual(["t5"])
})

test("a board is as old as its oldest part", () => {
  const { board, live } = shown(1)
  board.snapshot("4201", [1, 1], {}, "2026-06-30T23:00:00Z")
  live.take(board, true)
  expect(live.at.value).toBe(Date.parse("2026-06-30T23:00:00Z"))
})
