/** The order that is being written: what is to happen, where, and what that comes to. Nothing is sent from here. */
import { Failed, useLive, type Operation, type Plan, type PlanRequest } from "@pingji/shared"
import { computed, reactive, ref, shallowRef, watch } from "vue"
import { LEVELS, type LevelName } from "../../playbooks"

export type Action = "declare" | "raise" | "lower" | "end" | "recall" | "extend"

export interface Draft {
  action: Action
  /** Empty for a new operation. */
  operation: string
  playbook: string
  level: LevelName
  places: string[]
  minutes: number
  superior: string
  phoned: string
  /** Why, in words: told to the places, kept in the vault. */
  reason: string
  /** Why, as a code: for a recall. */
  code: string
  /** Stand-down condition → `met` or the code it is overridden with. */
  conditions: Record<string, string>
}

export const newDraft = (): Draft =>
  reactive({
    action: "declare",
    operation: "",
    playbook: "",
    level: "III",
    places: [],
    minutes: 720,
    superior: "",
    phoned: "",
    reason: "",
    code: "",
    conditions: {},
  })

export const rank = (level: LevelName): number => LEVELS.indexOf(level)
export const needsSecond = (level: LevelName): boolean => level === "II" || level === "I"

/** What an operation has at a place now: the nearest target above it, or the highest below. As the rules have it. */
export function levelAt({ targets }: Operation, place: string): LevelName | null {
  const found: LevelName[] = []
  for (const [area, level] of Object.entries(targets)) if (level && area.startsWith(place)) found.push(level)
  const above = Object.keys(targets)
    .filter((area) => place.startsWith(area))
    .sort((a, b) => b.length - a.length)[0]
  const own = above === undefined ? null : targets[above]
  if (own) found.push(own)
  return found.sort((a, b) => rank(b) - rank(a))[0] ?? null
}

const PAUSE = 350

/** The plan for what `asked` gives, worked out anew a moment after the last change; the newest question wins. */
export function usePlan(asked: () => PlanRequest | null) {
  const { api } = useLive()
  const plan = shallowRef<Plan | null>(null)
  const busy = ref(false)
  const problem = shallowRef<Failed["problem"] | null>(null)
  const question = computed(() => JSON.stringify(asked()))
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    question,
    (now) => {
      clearTimeout(timer)
      plan.value = null
      problem.value = null
      busy.value = now !== "null"
      if (busy.value) timer = setTimeout(() => void work(now), PAUSE)
    },
    { immediate: true },
  )
  async function work(now: string): Promise<void> {
    try {
      const found = await api.post<Plan>("/api/v1/plans", JSON.parse(now))
      if (now === question.value) plan.value = found
    } catch (error) {
      if (!(error instanceof Failed)) throw error
      if (now === question.value) problem.value = error.problem
    } finally {
      if (now === question.value) busy.value = false
    }
  }
  return { plan, busy, problem }
}
