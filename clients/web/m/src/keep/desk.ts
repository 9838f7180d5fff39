/**
 * The phone's own queue in front of the session's: every act in the order in which it was given, kept on the device
 * from the moment of the tap, its papers brought into the vault first, never deleted by itself. What stands on the
 * device counts: all tabs of a phone write there, and the one whose turn it is sends.
 */
import { Outbox, refusal, type CommandName, type Commands, type Outgoing, type SignedInPage } from "@pingji/shared"
import { shallowRef, watch, type ShallowRef } from "vue"
import { acts, dated, keepAct, putAway, type Act, type Paper } from "../device"
import { pack } from "./pack"
import { tell } from "./tabs"
import { Turn } from "./turn"

/** What just happened to the last act, for the line at the foot of the page. */
export interface Said {
  readonly key: string
  readonly label: string
  readonly state: "kept" | "done" | "refused"
  readonly why: string
}

export interface Given {
  readonly label: string
  readonly operation?: string
  readonly papers?: readonly Omit<Paper, "once">[]
}

const AGAIN = 4000

export class ActDesk {
  /** Everything, oldest first. */
  readonly all: ShallowRef<readonly Act[]> = shallowRef([])
  readonly said: ShallowRef<Said | null> = shallowRef(null)
  readonly outbox = new Outbox()
  #page: SignedInPage | null = null
  #owner = ""
  #turn: Turn | null = null
  #busy = false
  /** How often each key is being written: what is read meanwhile is older than what is here. */
  readonly #writing = new Map<string, number>()

  /** With the page that is signed in and who it speaks for: what they gave before goes out first, in order. */
  async attach(page: SignedInPage, person: string): Promise<void> {
    if (this.#page === page) return
    this.#page = page
    this.#owner = person
    await this.#read()
    this.#turn?.end()
    this.#turn = new Turn(person, () => this.#turned(), () => void this.#read())
    watch([page.live.outbox, page.live.link], () => {
      this.#follow()
      void this.#pump()
    })
    await this.#turn.renew()
  }

  /** The page is left: another tab may send. */
  detach(): void {
    this.#turn?.end()
  }

  /** Kept at once; sent when its turn comes and there is a network. */
  act<N extends CommandName>(name: N, body: Commands[N], given: Given): void {
    const { clock } = this.#page!.live.client
    const papers = given.papers?.map((one) => ({ ...one, once: clock.key() }))
    this.#put({
      name,
      body: body as never,
      owner: this.#owner,
      label: given.label,
      ...(given.operation ? { operation: given.operation } : {}),
      ...(papers?.length ? { papers } : {}),
    })
  }

  /** An answer of the server, for good. */
  answered({ key, result, state }: Outgoing): void {
    const act = this.#change(key, { result, state })
    if (act) this.#say(act)
  }

  /** The same intention under a fresh key: it was too old to be carried out. */
  anew(act: Act): void {
    if (!this.#page || act.owner !== this.#owner) return
    const { key, result: _, state: __, at: ___, problem: ____, ...intention } = act
    this.outbox.drop(key)
    void this.dismiss(key)
    this.#put(intention)
  }

  /** Out of sight, by a person's hand; what is still to be sent is not put away. */
  async dismiss(key: string): Promise<void> {
    this.all.value = this.all.value.filter((one) => one.key !== key)
    await putAway(key).catch(() => undefined)
    tell("outbox")
  }

  /** Acts that have no answer yet and name this record. */
  waits(id: string): boolean {
    return this.all.value.some((one) => open(one) && one.owner === this.#owner && JSON.stringify(one.body).includes(`"${id}"`))
  }

  #put(intention: Omit<Act, "key" | "at" | "result" | "state">): void {
    const key = this.#page!.live.client.clock.key()
    const act: Act = { ...intention, key, at: dated(key), result: null, state: intention.papers ? "packed" : "waiting" }
    this.all.value = [...this.all.value, act]
    this.said.value = { key, label: act.label, state: "kept", why: "" }
    void this.#keep(act)
    void this.#pump()
  }

  /** The turn has come or gone: with it go those that this tab was about to send. */
  #turned(): void {
    if (this.#turn?.mine) void this.#read()
    else for (const { key } of this.outbox) this.outbox.drop(key)
  }

  /** What another tab has put in, taken out or had answered. */
  async #read(): Promise<void> {
    const kept = await acts().catch(() => null)
    if (!kept) return void this.#pump()
    const found = new Map(kept.map((one) => [one.key, one]))
    for (const one of this.all.value) if (this.#writing.has(one.key)) found.set(one.key, one)
    this.all.value = [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
    for (const { key } of this.outbox) if (!found.has(key)) this.outbox.drop(key)
    const said = this.said.value?.state === "kept" ? found.get(this.said.value.key) : undefined
    if (said) this.#say(said)
    void this.#pump()
  }

  /** One after the other: an act whose papers are not in the vault yet holds back those after it. */
  async #pump(): Promise<void> {
    if (this.#busy || !this.#page) return
    this.#busy = true
    try {
      for (let act = this.#next(); act && (!act.papers || (await this.#pack(act))); act = this.#next()) {
        const { problem, name, body, key } = this.all.value.find((one) => one.key === act?.key) ?? act
        if (!problem) this.#page.live.client.post(name, body, key)
      }
    } finally {
      this.#busy = false
    }
  }

  #next(): Act | undefined {
    if (!this.#turn?.mine) return undefined
    return this.all.value.find((one) => one.owner === this.#owner && open(one) && !this.outbox.get(one.key))
  }

  /** Its papers into the vault and the references into its body. False: later. */
  async #pack(act: Act): Promise<boolean> {
    const packed = await pack(this.#page!.api, act, () => this.#keep(act))
    if (!packed) {
      setTimeout(() => void this.#pump(), AGAIN)
      return false
    }
    if ("problem" in packed) {
      const refused = this.#change(act.key, { problem: packed.problem, state: "expired" })
      if (refused) this.#say(refused)
    } else this.#change(act.key, { body: packed.body, state: "waiting", papers: undefined }) // they are in the vault now
    return true
  }

  /** What the session says of those it has. */
  #follow(): void {
    for (const { key, state } of this.outbox) {
      const known = this.all.value.find((one) => one.key === key)
      if (known && known.state !== state) this.#change(key, { state })
    }
  }

  #say({ key, label, result, problem }: Act): void {
    const error = problem ?? result?.error
    if (error) this.said.value = { key, label, state: "refused", why: refusal(error) }
    else if (result) this.said.value = { key, label, state: "done", why: "" }
  }

  #change(key: string, to: Partial<Act>): Act | undefined {
    const known = this.all.value.find((one) => one.key === key)
    if (!known) return undefined
    const changed: Act = { ...known, ...to }
    if (!changed.papers) delete changed.papers
    this.all.value = this.all.value.map((one) => (one.key === key ? changed : one))
    void this.#keep(changed)
    return changed
  }

  /** On the device, and then the other tabs hear of it. Forbidden storage: for this visit only. */
  async #keep(act: Act): Promise<void> {
    this.#writing.set(act.key, (this.#writing.get(act.key) ?? 0) + 1)
    await keepAct(act).catch(() => undefined)
    const left = this.#writing.get(act.key)! - 1
    if (left) this.#writing.set(act.key, left)
    else this.#writing.delete(act.key)
    tell("outbox")
  }
}

/** No answer for good yet. One that expired waits for a person. */
export const open = (act: Act): boolean => act.result === null && !act.problem
