/** Totals are folded from rows on both sides and never sent: the same folds as `coordinator/wire/board.py`. */
import type { Mode, Row } from "@pingji/types"

export type Counts = Readonly<Record<string, number>>

/** Sums over rows of one depth. */
export function total(rows: Iterable<Pick<Row, "counts">>): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { counts } of rows)
    for (const [name, number] of Object.entries(counts ?? {})) sums[name] = (sums[name] ?? 0) + number
  return sums
}

/** What a higher area shows: the highest mode of the communities below it. */
export function modeOf(counts: Counts): Mode {
  const highest = ["emergency", "activating", "standing_down"] as const
  return highest.find((mode) => counts[`mode.${mode}`]) ?? "normal"
}

/** The highest response level below; empty where there is none. */
export function levelOf(counts: Counts): "" | "I" | "II" | "III" | "IV" {
  return (["I", "II", "III", "IV"] as const).find((level) => counts[`level.${level}`]) ?? ""
}
