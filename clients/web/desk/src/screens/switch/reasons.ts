/**
 * Why an order was given, in words: into the vault, and to the places concerned as a notice that carries the reference.
 * Where a second person is waited for, the words go out once the change has been approved.
 */
import { Failed, refusal, Refused, useLive, type LiveBoard, type Operation } from "@pingji/shared"
import { ref, watch, type Ref } from "vue"

interface Kept {
  readonly change: string
  readonly operation: string
  readonly targets: string
  readonly to: readonly string[]
  readonly text: string
}
const waiting: Kept[] = []

const same = (targets: Operation["targets"]): string => JSON.stringify(Object.entries(targets).sort())

export function useReasons(board: Readonly<Ref<LiveBoard>>) {
  const { live, api } = useLive()

  /** The order stands even where its reason could not be told: that is said, not swallowed. */
  const problem = ref("")
  function failed(error: unknown): void {
    if (error instanceof Refused) problem.value = refusal(error.error)
    else if (error instanceof Failed) problem.value = refusal({ zh: error.problem.detail, en: error.problem.detail_en })
    else throw error
  }

  async function tell(operation: Operation["id"], area: string, to: readonly string[], text: string): Promise<void> {
    const kept = await api.post<{ ref: string }>("/api/v1/vault", { area, operation, text })
    await live.send("IssueOrder", { area, operation, kind: "notice", to: [...to], text: kept.ref })
  }

  /** `operation`: empty where it does not exist before the approval. */
  function afterApproval(change: string, operation: string, targets: Operation["targets"], text: string): void {
    waiting.push({ change, operation, targets: same(targets), to: Object.keys(targets), text })
  }

  watch([() => board.value.section("pending").keys.value, () => board.value.section("operations").all.value], ([pending, running]) => {
    for (const one of [...waiting]) {
      if (pending.some((key) => key.includes(one.change))) continue
      const found = running.find((op) =>
        one.operation ? op.id === one.operation : op.declared_by === live.me.value?.person && same(op.targets) === one.targets,
      )
      if (!found) continue
      waiting.splice(waiting.indexOf(one), 1)
      tell(found.id, found.area, one.to, one.text).catch(failed)
    }
  })
  const tellNow = (...order: Parameters<typeof tell>): void => void tell(...order).catch(failed)
  return { tellNow, afterApproval, problem }
}
