/** Keys of a screen: plain letters, ignored while somebody types in a field; Enter and arrows only where nothing else takes them. */
import { onMounted, onUnmounted } from "vue"

export function useKeys(keys: Readonly<Record<string, () => unknown>>): void {
  function pressed(event: KeyboardEvent): void {
    const target = event.target as HTMLElement
    const typing = target.closest("input:not([type=checkbox]), textarea, select")
    if (target.closest("dialog")) return // what lies over the screen has keys of its own
    if (event.ctrlKey || event.metaKey || event.altKey || (typing && event.key !== "Escape")) return
    if (/^(?:Enter|Arrow)/.test(event.key) && target.closest("a, button, input, summary")) return
    const key = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key]
    if (!key) return
    event.preventDefault()
    key()
  }
  onMounted(() => addEventListener("keydown", pressed))
  onUnmounted(() => removeEventListener("keydown", pressed))
}
