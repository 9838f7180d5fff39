import { afterEach, expect, test } from "vitest"
import { fill } from "../src/language"
import { concern, figure, levelName, listed, setLanguage, span, toneOf, word } from "../src/index"

afterEach(() => setLanguage("zh"))

test("a code is shown by its word, one without by itself", () => {
  expect([word("mode", "emergency"), word("mode", "made_up")]).toEqual(["急时", "made_up"])
  setLanguage("en")
  expect(word("mode", "emergency")).toBe("Emergency")
})

test("a concern is filled with its facts, a code among them by its word", () => {
  expect(concern("gap", { post: "巡查", heads: "3" })).toBe("岗位“巡查”缺 3 人")
  expect(concern("approval_waits", { order: "RaiseLevel" })).toBe("升级待第二人批准")
  expect(concern("gap", {})).toContain("…")
})

test("a fact that is not given is shown as missing, and nothing in a fact is taken for a template", () => {
  expect(fill("{a} {b}", { a: "{b}" })).toBe("{b} …")
})

test("a span is said in its two largest units", () => {
  expect([0, 59_400, 61_000, 3_600_000, 90_061_000].map((one) => span(one))).toEqual(["0 秒", "59 秒", "1 分 1 秒", "1 小时", "1 天 1 小时"])
})

test("figures are grouped alike, and do not break over a line", () => {
  expect([0, 999, 1284, 25838].map(figure)).toEqual(["0", "999", "1\u00a0284", "25\u00a0838"])
})

test("a level under a heading that says so is short, and none is nothing", () => {
  expect([levelName("II"), levelName("")]).toEqual(["二级", ""])
  setLanguage("en")
  expect(levelName("II")).toBe("II")
})

test("a severity looks the same wherever it is shown", () => {
  expect(["danger", "urgent", "notice"].map(toneOf)).toEqual(["red", "yellow", "plain"])
})

test("names in a row are separated as the language does", () => {
  expect(listed(["甲", "乙"])).toBe("甲、乙")
})
