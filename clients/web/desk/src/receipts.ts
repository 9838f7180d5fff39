/**
 * The receipt tree of an operation, folded from its switches: the same folds as `coordinator/wire/receipts.py`, so that
 * a desk and a terminal show the same numbers. Only communities that have to sign are in it.
 */
import type { Switch } from "@pingji/shared"

export const COMMUNITY = 12
export const STREET = 9
export const DISTRICT = 6
const NAMED = 5

export interface Quantiles {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** `seconds` it took, or, for who waits, the instant since when. */
export interface Named {
  readonly area: string
  readonly seconds: number
}

export interface Waiting {
  readonly area: string
  readonly since: number
}

/** One of the clocks, 签收 or 到位. */
export interface Clock {
  readonly done: number
  readonly times: Quantiles | null
  readonly slowest: readonly Named[]
  readonly waiting: readonly Waiting[]
}

export interface Branch {
  /** Empty for the whole. */
  readonly area: string
  readonly places: number
  readonly signed: Clock
  readonly ready: Clock
}

export interface Told {
  readonly area: string
  readonly recorded: number
  readonly signed: number | null
  readonly ready: number | null
}

const at = (text: string | null | undefined): number | null => (text ? Date.parse(text) : null)

export function told(switches: Iterable<Switch>): Told[] {
  const found: Told[] = []
  for (const one of switches)
    if (one.community && one.sign_by)
      found.push({
        area: one.area,
        recorded: Date.parse(one.recorded_at),
        signed: at(one.signed_at),
        ready: at(one.ready_at),
      })
  return found
}

/** A branch for each area whose code has `digits` digits, the slowest first. */
export function receipts(places: readonly Told[], digits = STREET): { whole: Branch; branches: Branch[] } {
  const by = new Map<string, Told[]>()
  for (const place of places) {
    const key = place.area.slice(0, digits)
    const those = by.get(key)
    if (those) those.push(place)
    else by.set(key, [place])
  }
  const branches = [...by].map(([area, those]) => branch(area, those))
  const open = (one: Branch): number => one.places - one.signed.done
  branches.sort(
    (a, b) =>
      open(b) - open(a) || (b.signed.times?.p95 ?? 0) - (a.signed.times?.p95 ?? 0) || (a.area < b.area ? -1 : 1),
  )
  return { whole: branch("", places), branches }
}

/** By nearest rank: each is a time that some place really took. */
export function quantiles(seconds: readonly number[]): Quantiles | null {
  if (!seconds.length) return null
  const ordered = [...seconds].sort((a, b) => a - b)
  const rank = (percent: number): number => ordered[Math.ceil((percent * ordered.length) / 100) - 1] as number
  return { p50: rank(50), p95: rank(95), p99: rank(99) }
}

function branch(area: string, places: readonly Told[]): Branch {
  return { area, places: places.length, signed: clock(places, "signed"), ready: clock(places, "ready") }
}

function clock(places: readonly Told[], which: "signed" | "ready"): Clock {
  const took: Named[] = []
  const waiting: Waiting[] = []
  for (const place of places) {
    const done = place[which]
    if (done === null) waiting.push({ area: place.area, since: place.recorded })
    else took.push({ area: place.area, seconds: (done - place.recorded) / 1000 })
  }
  const name = (a: { area: string }, b: { area: string }): number => (a.area < b.area ? -1 : 1)
  return {
    done: took.length,
    times: quantiles(took.map((one) => one.seconds)),
    slowest: took.sort((a, b) => b.seconds - a.seconds || name(a, b)).slice(0, NAMED),
    waiting: waiting.sort((a, b) => a.since - b.since || name(a, b)).slice(0, NAMED),
  }
}

/** Who has not done it yet, else who took longest. */
export function slowestOf({ signed, ready }: Branch): string {
  const slow = signed.waiting.length ? signed : ready
  return slow.waiting[0]?.area ?? slow.slowest[0]?.area ?? ""
}
