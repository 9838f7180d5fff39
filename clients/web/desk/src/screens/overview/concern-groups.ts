/** Concerns as a person takes them in: the gravest and the oldest first, and what is said of many places in one line. */
import type { Concern } from "@pingji/shared"

const SEVERITY = ["danger", "urgent", "notice"] as const
/** From so many on the same is said once, with the number of places. */
const MANY = 4

export interface Group {
  readonly key: string
  /** The oldest of them. */
  readonly first: Concern
  readonly all: readonly Concern[]
  /** Facts that hold for the whole group: heads are added up. */
  readonly facts: Readonly<Record<string, string>>
}

const kindOf = ({ severity, kind, facts }: Concern): string => [severity, kind, facts?.["post"], facts?.["task"], facts?.["what"]].join(" ")

/** What a person alone can take on (a call for help, a confirmation) stays single. */
const SINGLE = new Set(["help_wanted", "approval_waits", "break_glass", "break_glass_unconfirmed", "lost", "drill_coming", "drill_open"])

export function grouped(concerns: readonly Concern[]): readonly Group[] {
  const by = new Map<string, Concern[]>()
  for (const one of concerns) {
    const key = SINGLE.has(one.kind) ? `${one.kind} ${one.subject}` : kindOf(one)
    const those = by.get(key)
    if (those) those.push(one)
    else by.set(key, [one])
  }
  const found: Group[] = []
  for (const [key, those] of by) {
    those.sort((a, b) => (a.since < b.since ? -1 : 1))
    if (those.length >= MANY) found.push(group(key, those))
    else for (const one of those) found.push(group(`${key} ${one.subject}`, [one]))
  }
  return found.sort(
    (a, b) =>
      SEVERITY.indexOf(a.first.severity) - SEVERITY.indexOf(b.first.severity) || (a.first.since < b.first.since ? -1 : 1),
  )
}

function group(key: string, all: readonly Concern[]): Group {
  const first = all[0] as Concern
  const heads = all.reduce((sum, { facts }) => sum + Number(facts?.["heads"] ?? 0), 0)
  return { key, first, all, facts: { ...first.facts, ...(heads ? { heads: String(heads) } : {}) } }
}
