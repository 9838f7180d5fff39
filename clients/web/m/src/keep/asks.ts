/** What wants an answer from whoever holds this phone, and how bad it is: one list for the screen, the badge and the buzz. */
import type { CallOut, Concern, ConfirmedCall, Order, Switch } from "@pingji/shared"
import { computed, type ComputedRef } from "vue"
import { WAITING } from "../rules"
import { useMine, useMyWork } from "./use"

export interface Ask {
  readonly id: string
  readonly severity: Concern["severity"]
}

const ANSWERS_HELP: ReadonlySet<string> = new Set(["community", "street", "commander", "team_leader"])
const NEVER_SIGNS: ReadonlySet<string> = new Set(["grid", "team_leader", "responder"])
/** To a drill. */
const INVITATIONS: ReadonlySet<string> = new Set(["drill_coming", "drill_open"])
const ROLL_CALL: ReadonlySet<string> = new Set(["drill_prepared", "drill_running"])

export interface Asks {
  /** Switch-overs to sign for 签收. */
  readonly toSign: ComputedRef<readonly Switch[]>
  /** Calls 叫应 to answer, but for those that signing answers. */
  readonly calls: ComputedRef<readonly ConfirmedCall[]>
  /** 点名 of a drill. */
  readonly rollCall: ComputedRef<Order | undefined>
  readonly orders: ComputedRef<readonly Order[]>
  readonly help: ComputedRef<readonly Concern[]>
  readonly summons: ComputedRef<readonly CallOut[]>
  readonly invited: ComputedRef<readonly Concern[]>
  readonly all: ComputedRef<readonly Ask[]>
}

/** One that was answered here is not asked again while the answer is on its way. */
export function useAsks(mine = useMine()): Asks {
  const { acts, area, role, person, place } = mine
  const { calls: callOuts, orders: given, tasks } = useMyWork(mine)
  const here = (one: { readonly area: string }): boolean => one.area === area.value

  const toSign = computed(() =>
    NEVER_SIGNS.has(role.value)
      ? []
      : place.value.section("switches").all.value.filter((one) => here(one) && one.mode !== "normal" && one.sign_by && !one.signed_at && !acts.waits(one.operation)),
  )
  const calls = computed(() =>
    place.value.section("calls").all.value.filter((one) => here(one) && one.step !== "answered" && !acts.waits(one.id) && !toSign.value.some(({ id }) => `call-${id}` === one.id)),
  )
  const unread = computed(() => given.value.filter((one) => !acts.waits(one.id) && !toSign.value.some(({ id }) => one.id.startsWith(`${id}#`))))
  const rollCall = computed(() => (role.value === "responder" ? undefined : unread.value.find(({ kind }) => ROLL_CALL.has(kind))))
  const orders = computed(() => unread.value.filter((one) => one !== rollCall.value))
  const help = computed(() =>
    ANSWERS_HELP.has(role.value)
      ? place.value.section("concerns").all.value.filter((one) => one.kind === "help_wanted" && one.facts?.["by"] !== person.value && !acts.waits(one.subject))
      : [],
  )
  const invited = computed(() =>
    role.value === "responder" ? [] : place.value.section("concerns").all.value.filter((one) => here(one) && INVITATIONS.has(one.kind)),
  )
  const summons = computed(() => callOuts.value.filter(({ id, progress }) => WAITING.has(progress) && !acts.waits(id)))
  /** Tasks that a desk sent back 退回, until somebody is at them again. */
  const sentBack = computed(() => tasks.value.filter((one) => one.returned && one.state === "acknowledged" && !acts.waits(one.id)))

  const all = computed(() => [
    ...calls.value.map(({ id }) => ({ id, severity: "danger" as const })),
    ...help.value.map(({ subject, severity }) => ({ id: subject, severity })),
    ...toSign.value.map(({ id }) => ({ id: `sign:${id}`, severity: "urgent" as const })),
    ...summons.value.map(({ id }) => ({ id, severity: "urgent" as const })),
    ...unread.value.map(({ id }) => ({ id, severity: "notice" as const })),
    ...invited.value.map(({ subject, severity }) => ({ id: subject, severity })),
    ...sentBack.value.map(({ id }) => ({ id: `back:${id}`, severity: "notice" as const })),
  ])
  return { toSign, calls, rollCall, orders, help, summons, invited, all }
}
