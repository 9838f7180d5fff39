/** The duty roster of one area: fetched, then again every few seconds and after each act. Old figures look old. */
import { Failed, useLive, usePeople, type Commands, type Duty, type Shift } from "@pingji/shared"
import { computed, onUnmounted, shallowRef, watch, type ComputedRef, type ShallowRef } from "vue"

const EVERY = 15_000
const MINUTE = 60_000

export interface Roster {
  readonly duty: ShallowRef<Duty | null>
  readonly problem: ShallowRef<Failed | null>
  /** World time of what is shown. */
  readonly at: ComputedRef<number | null>
  readonly load: () => Promise<void>
  readonly handOver: (to: string) => Promise<void>
  readonly add: (shift: Planned) => Promise<void>
  readonly remove: (shift: Shift) => Promise<void>
}

type Planned = Commands["PlanShifts"]["shifts"][number]

export function useRoster(area: () => string): Roster {
  const { live, api } = useLive()
  const people = usePeople()
  const duty = shallowRef<Duty | null>(null)
  const problem = shallowRef<Failed | null>(null)

  async function load(): Promise<void> {
    const asked = area()
    if (!asked) return
    try {
      const found = await api.get<Duty>("/api/v1/duty", { area: asked })
      if (asked !== area()) return
      people.learn(found.people)
      duty.value = found
      problem.value = null
    } catch (error) {
      if (!(error instanceof Failed)) throw error
      problem.value = error
    }
  }

  /** Within one minute there are these and no others: whoever else begins then stays. */
  async function plan(begins: string, shifts: readonly Planned[]): Promise<void> {
    const until = new Date(Date.parse(begins) + MINUTE).toISOString()
    await live.send("PlanShifts", { area: area(), from: begins, until, shifts: [...shifts] })
    await load()
  }
  const beside = (begins: string, but = ""): Planned[] =>
    (duty.value?.shifts ?? [])
      .filter((one) => one.id !== but && Math.abs(Date.parse(one.begins) - Date.parse(begins)) < MINUTE)
      .map(({ person, post, begins: from, ends }) => ({ person, post, begins: from, ends }))

  watch(area, () => void ((duty.value = null), load()), { immediate: true })
  const timer = setInterval(() => void load(), EVERY)
  onUnmounted(() => clearInterval(timer))

  return {
    duty,
    problem,
    at: computed(() => (duty.value ? Date.parse(duty.value.at) : null)),
    load,
    async handOver(to) {
      await live.send("HandOver", { area: area(), to })
      await load()
    },
    add: (shift) => plan(shift.begins, [...beside(shift.begins), shift]),
    remove: (shift) => plan(shift.begins, beside(shift.begins, shift.id)),
  }
}
