/** What an area and those right below it look like: fetched when one turns to it, and anew when network and log are back. */
import { useLive, type AreaOutlines } from "@pingji/shared"
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef } from "vue"

/** Undefined until an answer has come; an area of which nothing is known has no shapes. */
export function useOutlines(area: () => string): ComputedRef<AreaOutlines | undefined> {
  const { live, api } = useLive()
  const held = shallowRef<ReadonlyMap<string, AreaOutlines>>(new Map())
  let gone = false
  async function fetch(code: string): Promise<void> {
    try {
      const found = await api.get<AreaOutlines>(`/api/v1/areas/${code}/outlines`)
      if (!gone) held.value = new Map(held.value).set(code, found)
    } catch {
      // Tiles stand in for it; a board that may not be seen says so itself.
      if (!gone && !held.value.has(code)) held.value = new Map(held.value).set(code, unknown(code))
    }
  }
  watch(
    [area, () => live.link.value.state === "up" && live.log.value?.log !== "down"],
    ([code, up]) => {
      if (code && up) void fetch(code)
    },
    { immediate: true },
  )
  onScopeDispose(() => (gone = true))
  return computed(() => held.value.get(area()))
}

const unknown = (area: string): AreaOutlines => ({ area, per_degree: 1, own: null, below: [], sources: [] })
