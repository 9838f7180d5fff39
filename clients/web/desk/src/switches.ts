/** Where every community stands, over all operations that run: each operation's own board lists its switches. */
import { useLive, type LiveBoard, type Mode, type Switch } from "@pingji/shared"
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef } from "vue"

const GRAVITY: Readonly<Record<Mode, number>> = { normal: 0, standing_down: 1, activating: 2, emergency: 3 }

export const graver = (a: Mode, b: Mode): Mode => (GRAVITY[b] > GRAVITY[a] ? b : a)

/** The boards of these operations, for as long as the component lives. */
export function useOperationBoards(ids: () => readonly string[]): ComputedRef<readonly LiveBoard[]> {
  const { live } = useLive()
  const held = shallowRef<ReadonlyMap<string, LiveBoard>>(new Map())
  watch(
    () => ids().join(" "),
    () => {
      const before = held.value
      const now = new Map<string, LiveBoard>()
      for (const id of ids()) now.set(id, before.get(id) ?? live.hold(`operation:${id}`))
      for (const id of before.keys()) if (!now.has(id)) live.release(`operation:${id}`)
      held.value = now
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    for (const id of held.value.keys()) live.release(`operation:${id}`)
  })
  return computed(() => [...held.value.values()])
}

/** The gravest mode and the switch it comes from, by place. A place that is not in it is normal. */
export function standing(boards: readonly LiveBoard[]): ReadonlyMap<string, Switch> {
  const found = new Map<string, Switch>()
  for (const board of boards)
    for (const one of board.section("switches").all.value) {
      const known = found.get(one.area)
      if (!known || GRAVITY[one.mode] > GRAVITY[known.mode]) found.set(one.area, one)
    }
  return found
}
