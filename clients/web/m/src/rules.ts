/**
 * What the phone must know of the rules to say beforehand what the server will ask: the same folds as the terminal's,
 * so that numbers are equal. It decides nothing; the server does.
 */
import type { CallOut, Facility, LiveBoard, Operation, Post, Switch, Task, TeamStatus } from "@pingji/shared"

export type FacilityState = NonNullable<Facility["state"]>

export const heads = (post: Post): number => Math.max(0, ...Object.values(post.wanted))

/** Fewer than the crew's minimum count as none: one alone in water. */
export const standing = (post: Post): number => {
  const present = post.present ?? 0
  return present >= Math.min(post.crew_min, heads(post)) ? present : 0
}
export const filled = (post: Post): boolean => standing(post) >= heads(post)

const READY: Readonly<Partial<Record<FacilityState, number>>> = { inspected: 1, standby: 2, converting: 2, open: 3, full: 3 }

export function meets(facility: Facility, to: FacilityState): boolean {
  const state = facility.state ?? "normal"
  return to === "closed" ? state === "closed" : (READY[state] ?? 0) >= (READY[to] ?? 0)
}

/** Which states a building may be reported in next. */
export const NEXT: Readonly<Record<FacilityState, readonly FacilityState[]>> = {
  normal: ["inspected", "standby", "converting", "closed", "unusable"],
  inspected: ["standby", "converting", "restoring", "normal", "closed", "unusable"],
  standby: ["converting", "open", "restoring", "closed", "unusable"],
  converting: ["open", "restoring", "closed", "unusable"],
  open: ["full", "restoring", "closed", "unusable"],
  full: ["open", "restoring", "closed", "unusable"],
  restoring: ["normal", "converting", "closed", "unusable"],
  closed: ["restoring", "unusable"],
  unusable: ["restoring", "closed"],
}

/** What keeps a place from being ready: only what must be. */
export function missing(at: Switch, posts: readonly Post[], facilities: readonly Facility[]): { signed: boolean; posts: Post[]; facilities: Facility[] } {
  return {
    signed: !!at.signed_at,
    posts: posts.filter((post) => post.must && at.operation in post.wanted && !filled(post)),
    facilities: facilities.filter((one) => {
      const use = one.uses?.[at.operation]
      return !!use?.must && !meets(one, use.to)
    }),
  }
}

const OPEN: ReadonlySet<string> = new Set(["open", "acknowledged", "under_way"])

export const isOpen = (task: Task): boolean => OPEN.has(task.state ?? "open")

/** Of a count: how many must be done for it to be closed. */
export const least = (task: Task): number => Math.ceil((task.evidence.total ?? 0) * (task.evidence.share ?? 1))

export const isCount = (task: Task): boolean => task.evidence.kind === "count" || task.evidence.kind === "receipt_rate"

/** Overdue first, then what falls due soonest. */
export const byUrgency = (a: Task, b: Task): number => Number(b.overdue ?? false) - Number(a.overdue ?? false) || a.due.localeCompare(b.due)

/** What keeps a task from being closed, as far as this phone can see; empty where nothing does. */
export function waitsFor(task: Task, tasks: readonly Task[], posts: readonly Post[], facilities: readonly Facility[]): "" | "depends" | "facility" | "crew" {
  for (const id of task.depends ?? []) {
    const before = tasks.find((one) => one.id === id)
    if (before && !before.left && isOpen(before) && (before.round ?? 1) === 1) return "depends"
  }
  const { kind, facility = "", post = "" } = task.evidence
  if (kind === "facility_state") {
    const held = facilities.filter((one) => one.area === task.area && one.uses?.[task.operation] && (!facility || one.kind === facility))
    const usable = held.filter(({ state }) => state !== "unusable")
    return usable.length && usable.every((one) => meets(one, one.uses![task.operation]!.to)) ? "" : "facility"
  }
  if (kind === "check_in") {
    const there = posts.some((one) => task.operation in one.wanted && (!post || one.key === post) && standing(one) > 0)
    return there ? "" : "crew"
  }
  return ""
}

type Progress = CallOut["progress"]

/** What a person who was called does next, in one tap. */
export const STEP: Readonly<Partial<Record<Progress, "Depart" | "CheckIn" | "Relieve" | "ReportHome" | "ReportSafe">>> = {
  coming: "CheckIn",
  en_route: "CheckIn",
  checked_in: "CheckIn",
  no_show: "CheckIn",
  on_post: "Relieve",
  relieved: "ReportHome",
  lost: "ReportSafe",
}
export const WAITING: ReadonlySet<string> = new Set(["assigned", "reached"])

/** What a leader may say of the team next, the usual first; on standby a call from above comes before. */
export const TEAM_STEPS: Readonly<Record<TeamStatus["readiness"], readonly TeamStatus["readiness"][]>> = {
  standby: [],
  alerted: ["assembling"],
  assembling: ["deployed", "released"],
  deployed: ["resting", "released"],
  resting: ["deployed", "released"],
  released: ["standby"],
}

/** What runs over a place, by the operations on its board: grids have no switch of their own. */
export function runningIn(board: LiveBoard, area: string): { mode: "normal" | "responding" | "standing_down"; level: Operation["targets"][string] } {
  const over: Operation["targets"][string][] = []
  for (const { closed, targets } of board.section("operations").all.value) {
    if (closed) continue
    for (const [target, level] of Object.entries(targets)) if (area.startsWith(target) || target.startsWith(area)) over.push(level)
  }
  const levels = over.filter((level) => level !== null)
  if (levels.length) return { mode: "responding", level: LEVELS.find((one) => levels.includes(one)) ?? null }
  return { mode: over.length ? "standing_down" : "normal", level: null }
}

const LEVELS = ["I", "II", "III", "IV"] as const
