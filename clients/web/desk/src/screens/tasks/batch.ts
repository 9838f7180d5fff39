/** One step for many tasks: held back for ten seconds, in which it can be undone, then sent one by one. */
import { Failed, language, refusal, Refused, useLive, type Task } from "@pingji/shared"
import { computed, onUnmounted, ref, shallowRef } from "vue"
import { t } from "./strings"

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

/** Why something goes back: a code for the log, and words for the team, which stand in the vault. */
export interface Why {
  readonly reason: string
  readonly words: string
}

interface Waiting {
  readonly step: Step
  readonly tasks: readonly Task[]
  readonly why: Why
  readonly until: number
}

export function useBatch() {
  const { live, api } = useLive()
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
  async function sendOne({ step, why }: Waiting, one: Task): Promise<void> {
    const { area, id, done = 0 } = one
    const body = { area, task: id }
    if (step === "CompleteTask") await live.send(step, { ...body, done })
    else if (step === "CancelTask") await live.send(step, { ...body, reason: "not_needed" })
    else if (step === "ReturnTask") await live.send(step, { ...body, reason: why.reason, note: await kept(why.words, one) })
    else await live.send(step, body)
  }
  /** It goes back also where the words could not be kept: the code says why, and that the words are missing is said here. */
  async function kept(words: string, { area, operation, name }: Task): Promise<string> {
    if (!words) return ""
    try {
      return (await api.post<{ ref: string }>("/api/v1/vault", { area, operation, text: words })).ref
    } catch (error) {
      if (!(error instanceof Failed)) throw error
      complain(t("withoutWords", { task: name[language.value], why: refusal({ zh: error.problem.detail, en: error.problem.detail_en }) }))
      return ""
    }
  }
  function complain(problem: string): void {
    problems.value = [...problems.value, problem].slice(-3)
  }
  function said(error: unknown): void {
    if (!(error instanceof Refused)) throw error
    complain(refusal(error.error))
  }
  /** Only those tasks for which it means something. */
  function give(step: Step, tasks: readonly Task[], why: Why = { reason: "", words: "" }): void {
    const fitting = tasks.filter((one) => fits(step, one))
    if (!fitting.length) return
    send()
    problems.value = []
    now.value = Date.now()
    waiting.value = { step, tasks: fitting, why, until: now.value + UNDO_SECONDS * 1000 }
  }
  onUnmounted(() => {
    clearInterval(ticking)
    send() // who goes to another screen has not taken it back
  })
  return { waiting, problems, left, give, undo: () => void (waiting.value = null) }
}
