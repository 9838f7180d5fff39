import { expect, test, vi } from "vitest"
import { Outbox, Session, uuid7 } from "../src"

test("the same key with the same command is one entry, with another it is refused", () => {
  const outbox = new Outbox()
  const one = outbox.add("k1", "SignSwitch", { area: "42" })
  expect(outbox.add("k1", "SignSwitch", { area: "42" })).toBe(one)
  expect(() => outbox.add("k1", "SignSwitch", { area: "43" })).toThrow("waits already")
})

test("whoever keeps it on the device is told of every change", () => {
  const told = vi.fn()
  const outbox = new Outbox([], (one, here) => told(one.key, one.state, here))
  outbox.add("k1", "SignSwitch", {})
  outbox.expire("k1")
  outbox.issueAnew("k1", "k2")
  expect(told.mock.calls).toEqual([
    ["k1", "waiting", true],
    ["k1", "expired", true],
    ["k1", "expired", false],
    ["k2", "waiting", true],
  ])
})

test("what was sent before the phone went flat is sent again, what had expired stays", () => {
  const outbox = new Outbox([
    { key: "k1", name: "SignSwitch", body: {}, state: "sent" },
    { key: "k2", name: "SignSwitch", body: {}, state: "expired" },
  ])
  expect([...outbox].map(({ state }) => state)).toEqual(["waiting", "expired"])
  expect(outbox.front(5).map(({ key }) => key)).toEqual(["k1"])
})

test("what is larger than a frame is refused before it is in the way of others", () => {
  const session = new Session("pj_token", new Outbox())
  expect(() => session.submit("k1", "AddTask", { text: "洪".repeat(30_000) })).toThrow("larger than")
  expect(session.outbox.size).toBe(0)
})

test("a key is a UUID of version 7 that says when it was made", () => {
  const key = uuid7(Date.UTC(2026, 6, 1), new Uint8Array(10).fill(0xff))
  expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(parseInt(key.slice(0, 8) + key.slice(9, 13), 16)).toBe(Date.UTC(2026, 6, 1))
})
