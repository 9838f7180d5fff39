import { describe, expect, it } from "vitest"
import type { AreaOutlines } from "@pingji/shared"
import { inside, MARGIN, picture, points, type Point } from "../src/screens/overview/drawing"
import { labels } from "../src/screens/overview/labels"

const square = (code: string, west: number, south: number, side: number) => ({
  code,
  rings: [[west, south, side, 0, 0, side, -side, 0]],
})
const outlines = (...below: AreaOutlines["below"]): AreaOutlines => ({
  area: "1",
  per_degree: 100_000,
  own: square("1", 11_000_000, 0, 8000),
  below,
  sources: [],
})
const every = ({ areas }: ReturnType<typeof picture>): Point[] => areas.flatMap(({ rings }) => rings.flat())

describe("a map", () => {
  it("reads rings as steps", () => {
    expect(points([10, 20, 5, -1, -3, 3])).toEqual([[10, 20], [15, 19], [12, 22]])
  })

  it("fills the room it has, north above, and keeps its proportions", () => {
    const shown = picture(outlines(square("11", 11_000_000, 0, 1000), square("12", 11_001_000, 1000, 1000)), 800, 400, true)
    const [south, north] = shown.areas as [(typeof shown.areas)[0], (typeof shown.areas)[0]]
    const all = every(shown)
    expect(Math.min(...all.map(([, y]) => y))).toBeCloseTo(MARGIN)
    expect(Math.max(...all.map(([, y]) => y))).toBeCloseTo(400 - MARGIN)
    expect(all.every(([x]) => x >= MARGIN && x <= 800 - MARGIN)).toBe(true)
    expect(south.at[1]).toBeGreaterThan(north.at[1])
    expect(south.at[0]).toBeLessThan(north.at[0])
    expect(shown.ground).toBe("")
  })

  it("narrows longitude by the cosine of the latitude", () => {
    const across = (latitude: number): number => {
      const [one] = picture(outlines(square("11", 0, latitude * 100_000, 1000)), 2000, 400, true).areas
      const ring = (one as { rings: readonly (readonly Point[])[] }).rings[0] as readonly Point[]
      return ring[1]![0] - ring[0]![0]
    }
    expect(across(60) / across(0)).toBeCloseTo(0.5, 1)
  })

  it("draws the area itself below those that are there, where some are missing", () => {
    const shown = picture(outlines(square("11", 11_000_000, 0, 1000)), 400, 400, false)
    expect(shown.ground).toMatch(/^M.*Z$/)
    expect(Math.max(...every(shown).map(([x]) => x))).toBeLessThan(100)
  })

  it("puts the mark where there is room: within the area, not in its hole, nor between its parts", () => {
    const ring = { code: "11", rings: [[0, 0, 900, 0, 0, 900, -900, 0], [100, 100, 700, 0, 0, 700, -700, 0]] }
    const horseshoe = { code: "12", rings: [[0, 0, 900, 0, 0, 900, -100, 0, 0, -800, -700, 0, 0, 800, -100, 0]] }
    for (const shape of [ring, horseshoe]) {
      const [one] = picture(outlines(shape), 500, 500, true).areas
      expect(inside(one!.rings, one!.at)).toBe(true)
    }
  })
})

describe("the names on it", () => {
  const grid = Array.from({ length: 9 }, (_, n) => square(`1${n}`, (n % 3) * 1000, Math.floor(n / 3) * 1000, 1000))
  const wanted = (code: string) => ({ name: `第${code}号街道`, status: "三级 · 到位 3/8", brief: "三级" })

  it("are all there where there is room, and none covers another or leaves its area", () => {
    const { areas } = picture(outlines(...grid), 900, 900, true)
    const found = labels(areas, wanted, 13, 900, 900)
    const texts = found.map(({ lines }) => lines.join(" ")).sort()
    expect(texts).toEqual(grid.map(({ code }) => `${wanted(code).name} ${wanted(code).status}`).sort())
  })

  it("grow shorter with the room, down to the mark alone", () => {
    const lines = (side: number): number[] => {
      const { areas } = picture(outlines(...grid), side, side, true)
      return [...new Set(labels(areas, wanted, 13, side, side).map((label) => label.lines.join("").length))]
    }
    expect(lines(900)).toEqual([17])
    expect(lines(300)).toEqual([8])
    expect(lines(250)).toEqual([6])
    expect(lines(120)).toEqual([0])
  })
})
