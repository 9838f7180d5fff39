/** What an area shows in one line of figures, folded from its rows as the terminal does it. */
import { levelOf, modeOf, total, type Counts, type LiveBoard, type Mode } from "@pingji/shared"

export interface Figures {
  readonly counts: Counts
  readonly mode: Mode
  readonly level: "" | "I" | "II" | "III" | "IV"
}

export function figuresOf(board: LiveBoard, area: string): Figures {
  const rows = board.section("rows").all.value
  const own = board.section("row").get(area)
  const below = total(rows)
  // Above districts the own row counts its own scope only; below, it counts everything.
  const above = own === undefined || own.level === "city" || own.level === "province"
  // What has a home in no child stands in the own row only: people who are unaccounted for are never summed away.
  const lost = Math.max(own?.counts["lost"] ?? 0, below["lost"] ?? 0)
  const counts: Counts = above ? { ...below, lost } : own.counts
  return { counts, mode: modeOf(counts), level: levelOf(counts) }
}
