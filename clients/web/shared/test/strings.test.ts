/** Every word a person reads is in both languages, and stands where a translator finds it. */
import { expect, test } from "vitest"

const SOURCES = import.meta.glob<string>("../../{shared,desk,m}/src/**/*.{vue,ts}", {
  query: "?raw",
  import: "default",
  eager: true,
})
const CHINESE = /[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]/

const files = Object.keys(SOURCES)
const catalogues = files.filter((name) => name.endsWith("/strings.ts"))

/** Without comments: those may say 数据截至. */
const code = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|(?<=^|\s)\/\/.*$/gm, "")

test.each(catalogues)("%s says the same in both languages", (name) => {
  const pairs = [...SOURCES[name]!.matchAll(/^ {4}(\w+):\s*"((?:[^"\\]|\\.)*)",?$|(\w+): "((?:[^"\\]|\\.)*)"/gm)]
  const said = new Map<string, string[]>()
  for (const [, a, b, c, d] of pairs) said.set((a ?? c)!, [...(said.get((a ?? c)!) ?? []), (b ?? d)!])
  expect(said.size).toBeGreaterThan(0)
  for (const [key, words] of said) {
    expect(words, key).toHaveLength(2)
    const holes = words.map((text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, hole]) => hole).sort())
    expect(holes[1], key).toEqual(holes[0])
    expect(words[1] === "中文" || !CHINESE.test(words[1]!), `${key} is not in English`).toBe(true)
    expect(words.every((text) => text.trim()), key).toBe(true)
  }
})

test("no Chinese stands outside of a catalogue", () => {
  const found = files
    .filter((name) => !catalogues.includes(name))
    .filter((name) => CHINESE.test(code(SOURCES[name]!)))
  expect(found).toEqual([])
})
