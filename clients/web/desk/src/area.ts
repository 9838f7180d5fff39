/** The place a screen looks at: the one in the address, else one's own; and its live board. */
import { useLive, type LiveBoard } from "@pingji/shared"
import { computed, type ComputedRef, type Ref } from "vue"

/** `given`: the route's `area`, as a getter. */
export function useArea(given: () => string | undefined): { area: ComputedRef<string>; board: Readonly<Ref<LiveBoard>> } {
  const { live } = useLive()
  const area = computed(() => given() || (live.me.value?.area ?? ""))
  return { area, board: live.board(() => `area:${area.value}`) }
}
