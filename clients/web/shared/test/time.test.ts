/** Instants are shown in China's time, whatever zone the device is set to; what a field holds goes back as the same instant. */
import { expect, test } from "vitest"
import { clockTime, dayTime, fromField, toField } from "../src/time"

const AT = Date.parse("2026-06-27T17:59:09Z")

test("China's time, over midnight", () => {
  expect(clockTime(AT)).toBe("01:59:09")
  expect(dayTime(AT)).toBe("06-28 01:59")
})

test("a field and back", () => {
  expect(toField(AT)).toBe("2026-06-28T01:59")
  expect(Date.parse(fromField(toField(AT)))).toBe(Date.parse("2026-06-27T17:59:00Z"))
  expect(fromField("")).toBe("")
})
