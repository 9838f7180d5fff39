/**
 * Which names a map has room for. Every area has its mark; the larger ones are given their name and a line below it
 * first, and none may cover another's.
 */
import { inside, type Drawn, type Point } from "./drawing"
import { KINDS } from "./strings"

export interface Wanted {
  readonly name: string
  readonly status: string
  /** The same in a word. */
  readonly brief: string
}

export interface Label {
  readonly code: string
  readonly at: Point
  /** Empty where there is no room: the mark alone. */
  readonly lines: readonly string[]
}

interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

const LINE = 1.3
const MARK = 1.3
/** Two characters are left at least: a name and no syllable. */
const KIND = new RegExp(`(?<=..)(${KINDS.join("|")})$`)

/** How wide a text is, in ems; near enough to keep labels apart. */
export function ems(text: string): number {
  let wide = 0
  for (const character of text) wide += character === "·" || (character.codePointAt(0) as number) > 0x2e7f ? 1 : 0.58
  return wide
}

/** `size`: of the letters, in points of the picture. */
export function labels(
  areas: readonly Drawn[],
  wanted: (code: string) => Wanted,
  size: number,
  width: number,
  height: number,
): Label[] {
  const marks = new Map(areas.map(({ code, at }): [string, Box] => [code, around(at, MARK * size, MARK * size)]))
  const taken: Box[] = []
  const free = (box: Box, code: string): boolean =>
    box.left >= 2 &&
    box.top >= 2 &&
    box.right <= width - 2 &&
    box.bottom <= height - 2 &&
    !taken.some((other) => overlap(box, other)) &&
    ![...marks].some(([other, mark]) => other !== code && overlap(box, mark))
  const found: Label[] = []
  for (const { code, at, rings } of [...areas].sort((a, b) => b.size - a.size)) {
    const { name, status, brief } = wanted(code)
    const short = name.replace(KIND, "")
    const chosen = [[name, status], [name, brief], [short, brief], [name], [short]].find(
      (lines) => within(rings, at, lines, size) && free(boxOf(at, lines, size), code),
    )
    taken.push(chosen ? boxOf(at, chosen, size) : (marks.get(code) as Box))
    found.push({ code, at, lines: chosen ?? [] })
  }
  return found
}

function boxOf(at: Point, lines: readonly string[], size: number): Box {
  return around(at, Math.max(...lines.map(broad)) * size, lines.length * LINE * size)
}

/** The mark stands before the first line. */
const broad = (line: string, index: number): number => ems(line) + (index ? 0 : MARK)

/** Whether each line stays between the borders at its own height. */
function within(rings: Drawn["rings"], [x, y]: Point, lines: readonly string[], size: number): boolean {
  const first = y - ((lines.length - 1) * LINE * size) / 2
  return lines.every((line, index) => broad(line, index) * size <= breadth(rings, [x, first + index * LINE * size]))
}

function around([x, y]: Point, width: number, height: number): Box {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 }
}

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

/** How broad a line may be that has this point in its middle. */
function breadth(rings: Drawn["rings"], [x, y]: Point): number {
  let left = -Infinity
  let right = Infinity
  for (const ring of rings)
    for (let index = 0, before = ring.length - 1; index < ring.length; before = index++) {
      const [ax, ay] = ring[index] as Point
      const [bx, by] = ring[before] as Point
      if (ay > y === by > y) continue
      const crossing = ((bx - ax) * (y - ay)) / (by - ay) + ax
      if (crossing <= x) left = Math.max(left, crossing)
      else right = Math.min(right, crossing)
    }
  return inside(rings, [x, y]) ? 2 * Math.min(x - left, right - x) : 0
}
