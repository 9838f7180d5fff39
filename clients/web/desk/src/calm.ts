/**
 * What is costly to work out from records that change many times a second: at once when something changes after a
 * pause, then a few times a second at most. A list that jumps faster cannot be read anyway.
 */
import { onScopeDispose, shallowRef, watch, type ShallowRef } from "vue"

const PAUSE = 400

/** `watched`: what it is worked out from, cheap to look at; `source`: the work. */
export function useCalm<T>(watched: () => unknown, source: () => T): Readonly<ShallowRef<T>> {
  const held = shallowRef(source()) as ShallowRef<T>
  let next: ReturnType<typeof setTimeout> | undefined
  let last = 0
  function take(): void {
    next = undefined
    held.value = source()
    last = performance.now()
  }
  watch(watched, () => {
    if (next !== undefined) return
    const wait = last + PAUSE - performance.now()
    if (wait > 0) next = setTimeout(take, wait)
    else take()
  })
  onScopeDispose(() => clearTimeout(next))
  return held
}
