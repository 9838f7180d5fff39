/** How a screen gets at the queue of acts, and at what stands on the boards of whoever is signed in. */
import { useLive, type CallOut, type Corrective, type LiveBoard, type Order, type Post, type SectionName, type Sections, type Task } from "@pingji/shared"
import { computed, inject, provide, type ComputedRef, type InjectionKey, type Ref } from "vue"
import { remember } from "./boards"
import type { ActDesk } from "./desk"

export interface Mine {
  readonly acts: ActDesk
  readonly area: ComputedRef<string>
  readonly role: ComputedRef<string>
  readonly person: ComputedRef<string>
  /** The place's own board. */
  readonly place: Readonly<Ref<LiveBoard>>
  readonly orders: Readonly<Ref<LiveBoard>>
  /** Where people and work of this phone stand: a person's own, a team's, or the place's. */
  readonly work: Readonly<Ref<LiveBoard>>
  /** An area's name as far as the place's board knows it: of what lies two below, the one between and the rest of its code. */
  readonly nameOf: (code: string) => string
}

const KEY: InjectionKey<Mine> = Symbol("mine")

/** In the shell, where the boards are held for as long as one is signed in. */
export function provideMine(acts: ActDesk): Mine {
  const { live } = useLive()
  const area = computed(() => live.me.value?.area ?? "")
  const role = computed(() => live.me.value?.role ?? "")
  const person = computed(() => live.me.value?.person ?? "")
  const named = (kind: string): string | undefined => live.me.value?.boards.find((name) => name.startsWith(`${kind}:`))
  const place = live.board(() => `area:${area.value}`)
  const orders = live.board(() => named("orders") ?? `area:${area.value}`)
  const work = live.board(() => named("team") ?? named("responder") ?? `area:${area.value}`)
  for (const board of [place, orders, work]) remember(live, () => board.value)
  const known = (code: string): string | undefined => (place.value.section("row").get(code) ?? place.value.section("rows").get(code))?.name
  const nameOf = (code: string): string => {
    for (let end = code.length; end > area.value.length; end -= 1) {
      const name = known(code.slice(0, end))
      if (name) return end < code.length ? `${name} ${code.slice(end)}` : name
    }
    return known(code) ?? code
  }
  const mine = { acts, area, role, person, place, orders, work, nameOf }
  provide(KEY, mine)
  return mine
}

export function useMine(): Mine {
  const mine = inject(KEY)
  if (!mine) throw new Error("not below a signed-in shell")
  return mine
}

/** Roles that report what an office has put right. */
export const OFFICES: ReadonlySet<string> = new Set(["community", "street", "commander"])

const entries = <S extends SectionName>(board: Readonly<Ref<LiveBoard>>, name: S): readonly Sections[S][] =>
  board.value.section(name).all.value

/** What this phone itself has to do; a community's grids have phones of their own. */
export function useMyWork(mine = useMine()): {
  calls: ComputedRef<readonly CallOut[]>
  tasks: ComputedRef<readonly Task[]>
  /** What the place's office has to put right after drills, and its grids' with it: they have no office. */
  correctives: ComputedRef<readonly Corrective[]>
  orders: ComputedRef<readonly Order[]>
  post: (id: string) => Post | undefined
} {
  const { area, role, place, orders, work } = mine
  const own = (one: { readonly area: string }): boolean => role.value === "team_leader" || role.value === "responder" || one.area === area.value
  return {
    calls: computed(() => entries(work, "call_outs").filter(own)),
    tasks: computed(() => (role.value === "responder" ? [] : entries(work, "tasks").filter((one) => !one.left && own(one)))),
    correctives: computed(() =>
      OFFICES.has(role.value) || role.value === "grid"
        ? entries(place, "correctives")
            .filter(({ stage }) => (stage ?? "open") === "open")
            .sort((a, b) => a.due.localeCompare(b.due))
        : [],
    ),
    orders: computed(() =>
      entries(orders, "orders")
        .filter((one) => one.area === area.value && !one.acknowledged_at)
        .sort((a, b) => a.issued_at.localeCompare(b.issued_at)),
    ),
    post: (id) => work.value.section("posts").get(id) ?? place.value.section("posts").get(id),
  }
}
