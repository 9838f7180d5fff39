/**
 * The phone's own queue in front of the session's: every act in the order in which it was given, kept on the device
 * from the moment of the tap, its papers brought into the vault first, never deleted by itself.
 */
import { Failed, Outbox, refusal, type CommandName, type Commands, type Outgoing, type SignedInPage } from "@pingji/shared"
import { shallowRef, watch, type ShallowRef } from "vue"
import { acts, dated, keepAct, putAway, type Act, type Paper } from "../device"
import { upload } from "./vault"

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
/** Commands that take one paper as their note; the others take papers as evidence. */
const NOTED: ReadonlySet<string> = new Set(["ReportHazard", "SignReport", "AskForHelp"])

export class ActDesk {
  /** Everything, oldest first. */
  readonly all: ShallowRef<readonly Act[]> = shallowRef([])
  readonly said: ShallowRef<Said | null> = shallowRef(null)
  readonly outbox = new Outbox()
  #page: SignedInPage | null = null
  #owner = ""
  #queue: Act[] = []
  #busy = false

  /** With the page that is signed in and who it speaks for: what they gave before goes out first, in order. */
  async attach(page: SignedInPage, person: string): Promise<void> {
    if (this.#page === page) return
    this.#page = page
    this.#owner = person
    const before = await acts().catch(() => [])
    const here = new Set(this.all.value.map(({ key }) => key))
    this.all.value = [...before.filter(({ key }) => !here.has(key)), ...this.all.value]
    this.#queue.unshift(...before.filter((one) => !here.has(one.key) && one.owner === person && open(one)))
    watch([page.live.outbox, page.live.link], () => {
      this.#follow()
      void this.#pump()
    })
    void this.#pump()
  }

  /** Kept at once; sent when its turn comes and there is a network. `refs`: where references go in the body. */
  act<N extends CommandName>(name: N, body: Commands[N], given: Given): void {
    const clock = this.#page!.live.client.clock
    const key = clock.key()
    const papers = given.papers?.map((one) => ({ ...one, once: clock.key() }))
    const act: Act = {
      key,
      name,
      body: body as never,
      state: papers?.length ? "packed" : "waiting",
      result: null,
      owner: this.#owner,
      label: given.label,
      at: dated(key),
      ...(given.operation ? { operation: given.operation } : {}),
      ...(papers?.length ? { papers } : {}),
    }
    this.all.value = [...this.all.value, act]
    this.#queue.push(act)
    this.said.value = { key, label: act.label, state: "kept", why: "" }
    void keepAct(act).catch(() => undefined) // forbidden storage: for this visit only
    void this.#pump()
  }

  /** An answer of the server, for good. */
  answered({ key, result, state }: Outgoing): void {
    const act = this.#change(key, { result, state })
    if (!act || !result) return
    const { error } = result
    this.said.value = { key, label: act.label, state: error ? "refused" : "done", why: error ? refusal(error) : "" }
  }

  /** The same intention under a fresh key: it was too old to be carried out. */
  anew(act: Act): void {
    const page = this.#page
    if (!page || act.owner !== this.#owner) return
    const { key: _, result: __, state: ___, at: ____, ...rest } = act
    if (this.outbox.get(act.key)) this.outbox.drop(act.key)
    void this.dismiss(act.key)
    const key = page.live.client.clock.key()
    const fresh: Act = { ...rest, key, at: dated(key), result: null, state: act.papers ? "packed" : "waiting" }
    this.all.value = [...this.all.value, fresh]
    this.#queue.push(fresh)
    void keepAct(fresh)
    void this.#pump()
  }

  /** Out of sight, by a person's hand; what is still to be sent is not put away. */
  async dismiss(key: string): Promise<void> {
    this.all.value = this.all.value.filter((one) => one.key !== key)
    await putAway(key)
  }

  /** Acts that have no answer yet and name this record. */
  waits(id: string): boolean {
    return this.all.value.some((one) => open(one) && one.owner === this.#owner && JSON.stringify(one.body).includes(`"${id}"`))
  }

  /** One after the other: an act whose papers are not in the vault yet holds back those after it. */
  async #pump(): Promise<void> {
    const page = this.#page
    if (this.#busy || !page) return
    this.#busy = true
    try {
      for (let act = this.#queue[0]; act; act = this.#queue[0]) {
        if (act.papers && !(await this.#pack(act))) return
        this.#queue.shift()
        if (!act.problem) page.live.client.post(act.name, act.body, act.key)
      }
    } finally {
      this.#busy = false
    }
  }

  /** Its papers into the vault and the references into its body. False: later. */
  async #pack(act: Act): Promise<boolean> {
    const page = this.#page!
    try {
      for (const paper of act.papers ?? []) {
        paper.ref ??= await upload(page.api.token, act.body["area"] as string, act.operation ?? "", paper)
        await keepAct(act).catch(() => undefined)
      }
    } catch (error) {
      if (!(error instanceof Failed)) throw error
      if (error.problem.retry) {
        setTimeout(() => void this.#pump(), AGAIN)
        return false
      }
      const problem = { zh: error.problem.detail, en: error.problem.detail_en }
      act.problem = problem // also for the one that is in the queue
      this.#change(act.key, { problem, state: "expired" })
      this.said.value = { key: act.key, label: act.label, state: "refused", why: refusal(problem) }
      return true
    }
    const refs = (act.papers ?? []).map(({ ref }) => ref!)
    const body = (NOTED.has(act.name)
      ? { ...act.body, note: refs[0] }
      : { ...act.body, evidence: [...((act.body["evidence"] as string[] | undefined) ?? []), ...refs] }) as Act["body"]
    Object.assign(act, { body, state: "waiting" })
    delete act.papers // they are in the vault now, and nowhere else
    this.#change(act.key, { body, state: "waiting", papers: undefined })
    return true
  }

  /** What the session says of those it has. */
  #follow(): void {
    for (const { key, state } of this.outbox) {
      const known = this.all.value.find((one) => one.key === key)
      if (known && known.state !== state) this.#change(key, { state })
    }
  }

  #change(key: string, to: Partial<Act>): Act | undefined {
    const known = this.all.value.find((one) => one.key === key)
    if (!known) return undefined
    const changed: Act = { ...known, ...to }
    if (!changed.papers) delete changed.papers
    this.all.value = this.all.value.map((one) => (one.key === key ? changed : one))
    void keepAct(changed).catch(() => undefined)
    return changed
  }
}

/** No answer for good yet. One that expired waits for a person. */
export const open = (act: Act): boolean => act.result === null && !act.problem
