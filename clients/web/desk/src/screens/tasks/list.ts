/** Which tasks are listed and in what order: by the filters, which stand in the address, over twenty thousand if need be. */
import { language, type Task } from "@pingji/shared"
import { computed } from "vue"
import { useRoute, useRouter } from "vue-router"
import type { Below } from "../../below"
import { useCalm } from "../../calm"
import { usePlaces } from "../../places"
import { isOpen } from "./batch"

export const STATES = ["open", "overdue", "unclaimed", "escalated", "toCheck", "done", "all"] as const
export type State = (typeof STATES)[number]

/** What was handed in with it waits for somebody to look. */
const PROVED = new Set(["photo", "signed_form", "checklist", "report_in"])
export const toCheck = (one: Task): boolean => one.state === "done" && PROVED.has(one.evidence.kind)

const MATCHES: Readonly<Record<State, (one: Task) => boolean>> = {
  open: isOpen,
  overdue: (one) => isOpen(one) && !!one.overdue,
  unclaimed: (one) => (one.state ?? "open") === "open",
  escalated: (one) => isOpen(one) && !!one.escalated_to,
  toCheck,
  done: (one) => one.state === "done",
  all: () => true,
}

/** Open before done, late before not, then by when it is due: as one text, made once for a record, which never changes. */
const keys = new WeakMap<Task, string>()
function keyOf(one: Task): string {
  let key = keys.get(one)
  if (key === undefined) {
    key = `${isOpen(one) ? 0 : 1}${one.overdue ? 0 : 1}${one.due}${one.id}`
    keys.set(one, key)
  }
  return key
}
const order = (a: Task, b: Task): number => (keyOf(a) < keyOf(b) ? -1 : 1)

export function useTaskList(below: Below) {
  const route = useRoute()
  const router = useRouter()
  const places = usePlaces()
  const state = computed<State>(() => STATES.find((one) => one === route.query["state"]) ?? "open")
  const text = computed(() => String(route.query["q"] ?? ""))
  const must = computed(() => route.query["must"] === "1")
  const filter = (changed: Record<string, string | undefined>): void =>
    void router.replace({ query: { ...route.query, ...changed } })

  const records = (): readonly Task[] => below.all("tasks")
  const all = useCalm(records, () => records().filter((one) => !one.left))
  const counts = computed(() => {
    const found = Object.fromEntries(STATES.map((one) => [one, 0])) as Record<State, number>
    for (const one of all.value) for (const name of STATES) if (MATCHES[name](one)) found[name] += 1
    return found
  })
  const shown = computed(() => {
    const fits = MATCHES[state.value]
    const words = text.value.trim()
    const says = (one: Task): boolean =>
      one.name[language.value].includes(words) || one.area.startsWith(words) || places.fullName(one.area).includes(words)
    return all.value.filter((one) => fits(one) && (!must.value || one.must) && (!words || says(one))).sort(order)
  })
  return { state, text, must, filter, all, counts, shown }
}
