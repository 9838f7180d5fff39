/** Where every community stands, over all operations that run: each operation's own board lists its switches. */
import { useLive, type LiveBoard, type Mode, type Operation, type Switch } from "@pingji/shared"
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef } from "vue"

const GRAVITY: Readonly<Record<Mode, number>> = { normal: 0, standing_down: 1, activating: 2, emergency: 3 }

export const graver = (a: Mode, b: Mode): Mode => (GRAVITY[b] > GRAVITY[a] ? b : a)

export interface OperationBoards {
  readonly all: ComputedRef<readonly LiveBoard[]>
  /** Of one operation, by its id. */
  readonly of: (id: string | undefined) => LiveBoard | undefined
}

/** The boards of these operations, for as long as the component lives: of what was declared above, one's own part. */
export function useOperationBoards(running: () => readonly Operation[]): OperationBoards {
  const { live } = useLive()
  const held = shallowRef<ReadonlyMap<string, LiveBoard>>(new Map())
  const own = computed(() => live.me.value?.area ?? "")
  const keys = computed(() => new Map(running().map(({ id, area }) => [id, area.startsWith(own.value) ? `operation:${id}` : `operation:${id}@${own.value}`])))
  watch(
    () => [...keys.value.values()].join(" "),
    () => {
      const before = held.value
      const now = new Map<string, LiveBoard>()
      for (const key of keys.value.values()) now.set(key, before.get(key) ?? live.hold(key))
      for (const key of before.keys()) if (!now.has(key)) live.release(key)
      held.value = now
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    for (const key of held.value.keys()) live.release(key)
  })
  return { all: computed(() => [...held.value.values()]), of: (id) => held.value.get(keys.value.get(id ?? "") ?? "") }
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
