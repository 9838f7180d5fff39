/**
 * Records of an area and of everything below it, from one board of their own. Where they are too many to be looked
 * through (a whole city in a bad night), none are fetched and a part must be chosen.
 */
import { total, useLive, type LiveBoard, type SectionName, type Sections } from "@pingji/shared"
import { computed, type ComputedRef, type Ref } from "vue"
import { useArea } from "./area"

/** What is listed, and the figure of the rows that says how many there are. */
const WEIGHED_BY = { tasks: "tasks", people: "called", situation: "tallies", facilities: "conversions", correctives: "correctives" } as const
const MOST = 20_000

export interface Below {
  readonly area: ComputedRef<string>
  /** The area's own board: its rows, operations and concerns. */
  readonly board: Readonly<Ref<LiveBoard>>
  /** The records. */
  readonly records: Readonly<Ref<LiveBoard>>
  /** How many there are, where that is too many; else 0. */
  readonly tooMany: ComputedRef<number>
  all<S extends SectionName>(name: S): readonly Sections[S][]
}

export function useBelow(given: () => string | undefined, what: keyof typeof WEIGHED_BY): Below {
  const { live } = useLive()
  const { area, board } = useArea(given)
  const known = computed(() => {
    const rows = board.value.section("rows").all.value
    const own = board.value.section("row").get(area.value)
    const figure = WEIGHED_BY[what]
    return Math.max(total(rows)[figure] ?? 0, own?.counts[figure] ?? 0)
  })
  const tooMany = computed(() => (known.value > MOST ? known.value : 0))
  // before the rows are here nobody knows how many; the area's own board costs nothing more
  const wanted = computed(() => board.value.whole.value && !tooMany.value)
  const records = live.board(() => `${wanted.value ? what : "area"}:${area.value}`)
  return {
    area,
    board,
    records,
    tooMany,
    all: (name) => (wanted.value ? records.value.section(name).all.value : []),
  }
}
