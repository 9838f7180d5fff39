/** Plain links down the tree that hundreds of places can have at little cost: one listener for all of them. */
import { useRouter } from "vue-router"

export function useDescent(): { href: (area: string) => string; go: (event: MouseEvent) => void } {
  const router = useRouter()
  const to = (area: string) => ({ name: "overview", params: { area } }) as const
  const base = router.resolve(to("0")).href.slice(0, -1)
  return {
    href: (area) => base + area,
    go(event) {
      const area = (event.target as Element).closest("[data-area]")?.getAttribute("data-area")
      if (!area || event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      // How it is shown stays as it is, from the map of a city to that of a street.
      void router.push({ ...to(area), query: router.currentRoute.value.query })
    },
  }
}
