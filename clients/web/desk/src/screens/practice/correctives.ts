/** Corrective actions as they are listed, and who may do what to one: the server decides, this says it beforehand. */
import type { Corrective, SignedIn } from "@pingji/shared"
import type { Tone } from "@pingji/shared/parts/Mark.vue"

export const STATES = ["unfinished", "open", "overdue", "done", "verified", "all"] as const
export type State = (typeof STATES)[number]

export const stageOf = (one: Corrective): NonNullable<Corrective["stage"]> => one.stage ?? "open"

const MATCHES: Readonly<Record<State, (one: Corrective) => boolean>> = {
  unfinished: (one) => stageOf(one) !== "verified",
  open: (one) => stageOf(one) === "open",
  overdue: (one) => !!one.overdue,
  done: (one) => stageOf(one) === "done",
  verified: (one) => stageOf(one) === "verified",
  all: () => true,
}

export function countsOf(all: readonly Corrective[]): Readonly<Record<State, number>> {
  const found = Object.fromEntries(STATES.map((state) => [state, 0])) as Record<State, number>
  for (const one of all) for (const state of STATES) if (MATCHES[state](one)) found[state] += 1
  return found
}

export interface Wanted {
  readonly state: State
  /** A drill on record; empty: of any. */
  readonly drill: string
  readonly text: string
}

/** `says`: everything that is shown of one in words. Overdue first, then what falls due soonest; verified last. */
export function listed(all: readonly Corrective[], wanted: Wanted, says: (one: Corrective) => string): Corrective[] {
  const words = wanted.text.trim()
  const rank = (one: Corrective): number => (stageOf(one) === "verified" ? 2 : one.overdue ? 0 : 1)
  return all
    .filter((one) => MATCHES[wanted.state](one) && (!wanted.drill || one.practice === wanted.drill))
    .filter((one) => !words || one.area.startsWith(words) || says(one).includes(words))
    .sort((a, b) => rank(a) - rank(b) || a.due.localeCompare(b.due) || a.id.localeCompare(b.id))
}

/** What was said to be done and is verified by nobody is overdue as well. */
export const toneOf = (one: Corrective): Tone =>
  stageOf(one) === "verified" ? "green" : one.overdue ? "red" : stageOf(one) === "done" ? "standing_down" : "yellow"

const DOES: ReadonlySet<string> = new Set(["commander", "street", "community"])
const VERIFIES: ReadonlySet<string> = new Set(["commander", "street"])

type Me = Pick<SignedIn, "role" | "person" | "area">
/** `same`: it is to be verified, but not by whoever did it. */
export type May = "complete" | "verify" | "same" | ""

/** `root`: above its office there is no other, so that another person of the same one verifies. */
export function may(one: Corrective, me: Me, root: boolean): May {
  if (!one.area.startsWith(me.area)) return ""
  if (stageOf(one) === "open") return DOES.has(me.role) ? "complete" : ""
  if (stageOf(one) === "verified" || !VERIFIES.has(me.role)) return ""
  return me.person === one.done_by || (me.area === one.done_from && !root) ? "same" : "verify"
}
