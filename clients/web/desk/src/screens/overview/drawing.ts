/**
 * A map of outlines, as points of a picture: longitude narrowed by the cosine of the latitude, fitted into the room
 * there is, and where each area has its name. Pure; it knows no colours and no modes.
 */
import type { AreaOutlines } from "@pingji/shared"

export type Point = readonly [x: number, y: number]
type Ring = readonly Point[]

export interface Drawn {
  readonly code: string
  /** The path of an SVG. */
  readonly path: string
  /** Where its mark stands: the place within it that has most room around it, in breadth above all. */
  readonly at: Point
  readonly rings: readonly Ring[]
  readonly size: number
}

export interface Picture {
  readonly areas: readonly Drawn[]
  /** The area itself, below the others, where some of them are missing. */
  readonly ground: string
}

export const MARGIN = 14

/** `whole`: those that have an outline are all there are. */
export function picture(outlines: AreaOutlines, width: number, height: number, whole: boolean): Picture {
  const shapes = outlines.below.map(({ code, rings }) => ({ code, rings: rings.map(points) }))
  const ground = whole || !outlines.own ? [] : outlines.own.rings.map(points)
  const project = fitted([...shapes.flatMap(({ rings }) => rings), ...ground], outlines.per_degree, width, height)
  const areas = shapes.map(({ code, rings }) => {
    const placed = rings.map((ring) => ring.map(project))
    const { at, size } = roomiest(placed)
    return { code, path: pathOf(placed), at, rings: placed, size }
  })
  return { areas, ground: pathOf(ground.map((ring) => ring.map(project))) }
}

/** A ring on the wire is a first point and steps. */
export function points(steps: readonly number[]): Point[] {
  const found: Point[] = []
  let x = 0
  let y = 0
  for (let index = 0; index + 1 < steps.length; index += 2) {
    x += steps[index] as number
    y += steps[index + 1] as number
    found.push([x, y])
  }
  return found
}

function fitted(rings: readonly Ring[], perDegree: number, width: number, height: number): (point: Point) => Point {
  const [west, south, east, north] = box(rings)
  const stretch = Math.cos(((south + north) / 2 / perDegree) * (Math.PI / 180))
  const across = (east - west) * stretch || 1
  const up = north - south || 1
  const scale = Math.min((width - 2 * MARGIN) / across, (height - 2 * MARGIN) / up)
  const left = (width - across * scale) / 2
  const top = (height - up * scale) / 2
  return ([x, y]) => [left + (x - west) * stretch * scale, top + (north - y) * scale]
}

function box(rings: readonly Ring[]): [west: number, south: number, east: number, north: number] {
  const found: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const ring of rings)
    for (const [x, y] of ring) {
      found[0] = Math.min(found[0], x)
      found[1] = Math.min(found[1], y)
      found[2] = Math.max(found[2], x)
      found[3] = Math.max(found[3], y)
    }
  return found
}

function pathOf(rings: readonly Ring[]): string {
  return rings.map((ring) => `M${ring.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`).join("")
}

export function inside(rings: readonly Ring[], [x, y]: Point): boolean {
  let within = false
  for (const ring of rings)
    for (let index = 0, before = ring.length - 1; index < ring.length; before = index++) {
      const [ax, ay] = ring[index] as Point
      const [bx, by] = ring[before] as Point
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within
    }
  return within
}

/** A name is twice as wide as it is high, so room to the sides counts half. */
const BREADTH = 2
const GRID = 10
const ROUNDS = 3

function roomiest(rings: readonly Ring[]): { at: Point; size: number } {
  const largest = rings.reduce((a, b) => (extent(b) > extent(a) ? b : a))
  const [west, north, east, south] = box([largest])
  let at: Point = largest[0] as Point
  let most = -Infinity
  let [x, y, w, h] = [(west + east) / 2, (north + south) / 2, east - west, south - north]
  for (let round = 0; round < ROUNDS; round++) {
    for (let column = 0; column <= GRID; column++)
      for (let row = 0; row <= GRID; row++) {
        const point: Point = [x + (column / GRID - 0.5) * w, y + (row / GRID - 0.5) * h]
        const room = inside(rings, point) ? nearest(rings, point) : -1
        if (room > most) {
          most = room
          at = point
        }
      }
    ;[x, y, w, h] = [at[0], at[1], (w * 2) / GRID, (h * 2) / GRID]
  }
  return { at, size: extent(largest) }
}

function extent(ring: Ring): number {
  const [west, north, east, south] = box([ring])
  return (east - west) * (south - north)
}

/** How far the border is, to the sides in halves. */
function nearest(rings: readonly Ring[], [px, py]: Point): number {
  let least = Infinity
  for (const ring of rings)
    for (let index = 0, before = ring.length - 1; index < ring.length; before = index++) {
      const [ax, ay] = ring[before] as Point
      const [bx, by] = ring[index] as Point
      const [ux, uy] = [(bx - ax) / BREADTH, by - ay]
      const [vx, vy] = [(px - ax) / BREADTH, py - ay]
      const length = ux * ux + uy * uy
      const share = length ? Math.min(1, Math.max(0, (ux * vx + uy * vy) / length)) : 0
      least = Math.min(least, (vx - share * ux) ** 2 + (vy - share * uy) ** 2)
    }
  return Math.sqrt(least)
}
