/**
 * Why an order was given, in words: into the vault, and to the places concerned as a notice that carries the reference.
 * Where a second person is waited for, the words go out once the change has been approved.
 */
import { useLive, type LiveBoard, type Operation } from "@pingji/shared"
import { watch, type Ref } from "vue"

interface Kept {
  readonly change: string
  readonly operation: string
  readonly targets: string
  readonly text: string
}
const waiting: Kept[] = []

const same = (targets: Operation["targets"]): string => JSON.stringify(Object.entries(targets).sort())

export function useReasons(board: Readonly<Ref<LiveBoard>>) {
  const { live, api } = useLive()

  async function tell(operation: Operation["id"], area: string, to: readonly string[], text: string): Promise<void> {
    const { ref } = await api.post<{ ref: string }>("/api/v1/vault", { area, operation, text })
    await live.send("IssueOrder", { area, operation, kind: "notice", to: [...to], text: ref })
  }

  /** `operation`: empty where it does not exist before the approval. */
  function afterApproval(change: string, operation: string, targets: Operation["targets"], text: string): void {
    waiting.push({ change, operation, targets: same(targets), text })
  }

  watch([() => board.value.section("pending").keys.value, () => board.value.section("operations").all.value], ([pending, running]) => {
    for (const one of [...waiting]) {
      if (pending.some((key) => key.includes(one.change))) continue
      const found = running.find((op) =>
        one.operation ? op.id === one.operation : op.declared_by === live.me.value?.person && same(op.targets) === one.targets,
      )
      if (!found) continue
      waiting.splice(waiting.indexOf(one), 1)
      const to = Object.entries(found.targets).flatMap(([area, level]) => (level ? [area] : []))
      void tell(found.id, found.area, to, one.text)
    }
  })
  return { tell, afterApproval }
}
