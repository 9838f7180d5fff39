/** One step for many tasks: held back for ten seconds, in which it can be undone, then sent one by one. */
import { refusal, Refused, useLive, type Task } from "@pingji/shared"
import { computed, onUnmounted, ref, shallowRef } from "vue"

export type Step = "AcknowledgeTask" | "CompleteTask" | "CancelTask"
export const UNDO_SECONDS = 10

export const isOpen = (one: Task): boolean => !["done", "cancelled"].includes(one.state ?? "open")
const COUNTED = new Set(["count", "receipt_rate"])
/** What the desk may close without a photo or a form: a counted task whose count is there, or what the state itself shows. */
export const closable = (one: Task): boolean => {
  const { kind, total = 0, share = 1 } = one.evidence
  if (!isOpen(one)) return false
  return COUNTED.has(kind) ? (one.done ?? 0) >= Math.ceil(total * share) : kind === "check_in" || kind === "facility_state"
}

export function useBatch() {
  const { live } = useLive()
  const waiting = shallowRef<{ readonly step: Step; readonly tasks: readonly Task[]; readonly until: number } | null>(null)
  const problems = ref<string[]>([])
  const now = ref(Date.now())
  const left = computed(() => Math.max(0, Math.ceil(((waiting.value?.until ?? 0) - now.value) / 1000)))
  const ticking = setInterval(() => {
    now.value = Date.now()
    if (waiting.value && now.value >= waiting.value.until) send()
  }, 250)

  function send(): void {
    const batch = waiting.value
    waiting.value = null
    if (!batch) return
    for (const one of batch.tasks) sendOne(batch.step, one).catch(said)
  }
  async function sendOne(step: Step, { area, id, done = 0 }: Task): Promise<void> {
    if (step === "AcknowledgeTask") await live.send(step, { area, task: id })
    else if (step === "CompleteTask") await live.send(step, { area, task: id, done })
    else await live.send(step, { area, task: id, reason: "not_needed" })
  }
  function said(error: unknown): void {
    if (!(error instanceof Refused)) throw error
    problems.value = [...problems.value, refusal(error.error)].slice(-3)
  }
  function give(step: Step, tasks: readonly Task[]): void {
    send()
    problems.value = []
    now.value = Date.now()
    waiting.value = { step, tasks, until: now.value + UNDO_SECONDS * 1000 }
  }
  onUnmounted(() => {
    clearInterval(ticking)
    send() // who goes to another screen has not taken it back
  })
  return { waiting, problems, left, give, undo: () => void (waiting.value = null) }
}
