/** One step for many tasks: held back for ten seconds, in which it can be undone, then sent one by one. */
import { refusal, Refused, useLive, type Task } from "@pingji/shared"
import { computed, onUnmounted, ref, shallowRef } from "vue"

export type Step = "AcknowledgeTask" | "CompleteTask" | "ReturnTask" | "EscalateTask" | "CancelTask"
export const UNDO_SECONDS = 10

export const isOpen = ({ state }: Task): boolean => state !== "done" && state !== "cancelled"
const COUNTED = new Set(["count", "receipt_rate"])
/** What the desk may close without a photo or a form: a counted task whose count is there, or what the state itself shows. */
const closable = (one: Task): boolean => {
  const { kind, total = 0, share = 1 } = one.evidence
  return COUNTED.has(kind) ? (one.done ?? 0) >= Math.ceil(total * share) : kind === "check_in" || kind === "facility_state"
}

/** Whether a step means anything for a task as it is. */
export const fits = (step: Step, one: Task): boolean => {
  if (step === "ReturnTask") return one.state === "done"
  if (step === "AcknowledgeTask") return (one.state ?? "open") === "open"
  if (step === "CompleteTask") return isOpen(one) && closable(one)
  return isOpen(one)
}

interface Waiting {
  readonly step: Step
  readonly tasks: readonly Task[]
  readonly reason: string
  readonly until: number
}

export function useBatch() {
  const { live } = useLive()
  const waiting = shallowRef<Waiting | null>(null)
  const problems = ref<string[]>([])
  const now = ref(Date.now())
  const left = computed(() => Math.max(0, Math.ceil(((waiting.value?.until ?? 0) - now.value) / 1000)))
  const ticking = setInterval(() => {
    if (!waiting.value) return
    now.value = Date.now()
    if (now.value >= waiting.value.until) send()
  }, 250)

  function send(): void {
    const batch = waiting.value
    waiting.value = null
    if (!batch) return
    for (const one of batch.tasks) sendOne(batch, one).catch(said)
  }
  async function sendOne({ step, reason }: Waiting, { area, id, done = 0 }: Task): Promise<void> {
    const body = { area, task: id }
    if (step === "CompleteTask") await live.send(step, { ...body, done })
    else if (step === "CancelTask") await live.send(step, { ...body, reason: "not_needed" })
    else if (step === "ReturnTask") await live.send(step, { ...body, reason })
    else await live.send(step, body)
  }
  function said(error: unknown): void {
    if (!(error instanceof Refused)) throw error
    problems.value = [...problems.value, refusal(error.error)].slice(-3)
  }
  /** Only those tasks for which it means something. */
  function give(step: Step, tasks: readonly Task[], reason = ""): void {
    const fitting = tasks.filter((one) => fits(step, one))
    if (!fitting.length) return
    send()
    problems.value = []
    now.value = Date.now()
    waiting.value = { step, tasks: fitting, reason, until: now.value + UNDO_SECONDS * 1000 }
  }
  onUnmounted(() => {
    clearInterval(ticking)
    send() // who goes to another screen has not taken it back
  })
  return { waiting, problems, left, give, undo: () => void (waiting.value = null) }
}
