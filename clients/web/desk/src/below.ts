/**
 * Records of all places at and below an area. They stand on the boards of communities and streets only, and a client may
 * watch a bounded number of boards: those that are switched are watched; if these are too many, a part must be chosen.
 */
import { useLive, type LiveBoard, type SectionName, type Sections } from "@pingji/shared"
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef } from "vue"
import { useArea } from "./area"
import { usePlaces } from "./places"
import { standing, useOperationBoards } from "./switches"

/** Of the 64 that one client may have; the rest is for areas and operations. */
const MOST = 52

export interface Below {
  readonly area: ComputedRef<string>
  readonly board: ReturnType<typeof useArea>["board"]
  /** How many places would have to be watched, where that is too many; else 0. */
  readonly tooMany: ComputedRef<number>
  readonly whole: ComputedRef<boolean>
  all<S extends SectionName>(name: S): readonly Sections[S][]
}

export function useBelow(given: () => string | undefined): Below {
  const { live } = useLive()
  const places = usePlaces()
  const { area, board } = useArea(given)
  const operations = useOperationBoards(() => board.value.section("operations").all.value.map((one) => one.id))

  const wanted = computed(() => {
    const level = board.value.section("row").get(area.value)?.level
    if (level === "community" || level === "grid") return []
    const found = new Set<string>()
    for (const one of standing(operations.value).keys()) if (one.startsWith(area.value) && one !== area.value) found.add(one)
    if (level === "street") for (const one of places.children(area.value)) if (!one.placeholder) found.add(one.code)
    return [...found].sort()
  })
  const tooMany = computed(() => (wanted.value.length > MOST ? wanted.value.length : 0))

  const held = shallowRef<ReadonlyMap<string, LiveBoard>>(new Map())
  watch(
    () => (tooMany.value ? "" : wanted.value.join(" ")),
    (now) => {
      const before = held.value
      const next = new Map<string, LiveBoard>()
      for (const code of now.split(" ").filter(Boolean)) next.set(code, before.get(code) ?? live.hold(`area:${code}`))
      for (const code of before.keys()) if (!next.has(code)) live.release(`area:${code}`)
      held.value = next
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    for (const code of held.value.keys()) live.release(`area:${code}`)
  })

  return {
    area,
    board,
    tooMany,
    whole: computed(() => [...held.value.values()].every((one) => one.whole.value)),
    all: (name) => [board.value, ...held.value.values()].flatMap((one) => one.section(name).all.value),
  }
}
