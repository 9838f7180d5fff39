/**
 * Who the people behind the ids are, as far as this phone may know: asked for many at once, held for this visit only
 * and never kept on the device. Without a network an id stands where a name would.
 */
import { Failed, useLive, type Api, type PeoplePage, type PersonKnown } from "@pingji/shared"
import { computed, inject, provide, shallowRef, watch, type InjectionKey } from "vue"

export type Person = PersonKnown

/** As many as the server tells at once. */
const MOST = 200
const GATHER = 60

export class People {
  readonly #known = shallowRef<ReadonlyMap<string, Person>>(new Map())
  readonly #asked = new Set<string>()
  readonly #wanted = new Set<string>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly api: Api) {}

  /** Their entry once it is here; asking for it is what brings it. */
  get(id: string): Person | undefined {
    const found = this.#known.value.get(id)
    if (!found && id && !this.#asked.has(id)) {
      this.#asked.add(id)
      this.#wanted.add(id)
      this.#timer ??= setTimeout(() => void this.#ask(), GATHER)
    }
    return found
  }

  name(id: string): string {
    return this.get(id)?.name || id
  }

  /** What had no answer for want of a network is asked for again. */
  again(): void {
    for (const id of this.#asked) if (!this.#known.value.has(id)) this.#wanted.add(id)
    if (this.#wanted.size) this.#timer ??= setTimeout(() => void this.#ask(), GATHER)
  }

  /** On duty there, leading there, or living there. Throws `Failed`. */
  async of(query: { readonly area: string } | { readonly team: string }): Promise<readonly Person[]> {
    const { people } = await this.api.get<PeoplePage>("/api/v1/people", query)
    this.#learn(people)
    return people
  }

  /** The whole number; that it was given goes on record. Throws `Failed`. */
  async phone(id: string): Promise<string> {
    const { phone } = await this.api.get<{ phone: string }>(`/api/v1/people/${encodeURIComponent(id)}/phone`, { reason: "call" })
    return phone
  }

  async #ask(): Promise<void> {
    this.#timer = undefined
    const ids = [...this.#wanted].slice(0, MOST)
    for (const id of ids) this.#wanted.delete(id)
    if (this.#wanted.size) this.#timer = setTimeout(() => void this.#ask(), GATHER)
    try {
      const { people } = await this.api.get<PeoplePage>("/api/v1/people", { ids: ids.join(",") })
      this.#learn(people)
    } catch (error) {
      if (!(error instanceof Failed)) throw error // the ids stay where names would stand
    }
  }

  #learn(people: readonly Person[]): void {
    this.#known.value = new Map([...this.#known.value, ...people.map((one) => [one.id, one] as const)])
  }
}

const KEY: InjectionKey<People> = Symbol("people")

export function providePeople(): void {
  const { live, api } = useLive()
  const people = new People(api)
  watch(computed(() => live.link.value.state === "up"), (up) => up && people.again())
  provide(KEY, people)
}

export function usePeople(): People {
  const people = inject(KEY)
  if (!people) throw new Error("not below a signed-in shell")
  return people
}
