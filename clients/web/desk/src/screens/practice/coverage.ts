/** Who has practised what: each street and hazard as one state in words, as the terminal says it. Organisations, no persons. */
import type { DrillHeld, HazardCovered, StreetCovered } from "@pingji/shared"
import type { Tone } from "@pingji/shared/parts/Mark.vue"

/** `lapsed`: practised once, but by none of its communities within the period. */
export type Cover = "never" | "lapsed" | "part" | "whole"

export const TONES: Readonly<Record<Cover, Tone>> = { never: "red", lapsed: "red", part: "yellow", whole: "green" }

export function coverOf(one: HazardCovered): Cover {
  if (one.days === null) return "never"
  if (one.communities === 0) return "lapsed"
  return one.communities === one.of ? "whole" : "part"
}

/** Of each hazard, in how many streets any community practised it within the period. */
export function practisedStreets(streets: readonly StreetCovered[]): Readonly<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const { covered } of streets)
    for (const one of covered) found[one.hazard] = (found[one.hazard] ?? 0) + (one.communities > 0 ? 1 : 0)
  return found
}

/** The latest drill of real people there, of which a street's last date is. `held`: the latest first. */
export function lastThere(held: readonly DrillHeld[], street: string, hazard: string): DrillHeld | undefined {
  const there = (place: string): boolean => place.startsWith(street) || street.startsWith(place)
  return held.find((one) => !one.simulated && one.hazard === hazard && one.places.some(there))
}

const GRADES: Readonly<Record<string, Tone>> = { excellent: "green", good: "green", fair: "yellow", poor: "red" }
export const gradeTone = (grade: string): Tone => GRADES[grade] ?? "plain"
