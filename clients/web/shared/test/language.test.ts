import { afterEach, expect, test } from "vitest"
import { inLanguage, language } from "../src/language"

afterEach(() => (language.value = "zh"))

test("what is kept in both languages is read in one, and what a person wrote is cut by nobody", () => {
  const both = "值班表没有排满\nThe roster had holes"
  expect(inLanguage(both)).toBe("值班表没有排满")
  language.value = "en"
  expect(inLanguage(both)).toBe("The roster had holes")
  for (const byHand of ["两处没有应答\n已换号", "One line\nand another", "一行", "甲\nB\nC", ""]) expect(inLanguage(byHand)).toBe(byHand)
})
