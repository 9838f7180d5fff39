/**
 * Who the people behind the ids are: asked for in batches, once each, and only when somebody is shown. Whom this token may
 * not know stays an id. Nothing is kept beyond the page.
 */
import type { PeoplePage, PersonKnown } from "@pingji/types"
import { inject, provide, shallowRef, type InjectionKey } from "vue"
import { Failed, type Api } from "./api"

const AT_ONCE = 200
/** So long a screen that is being drawn may go on naming people before they are asked for. */
const GATHER = 30
/** Whom the server did not name, or did not answer about, may be asked about again after this. */
const AGAIN = 60_000

export class People {
  /** Counts what came: whoever reads a name is drawn again. */
  readonly #version = shallowRef(0)
  readonly #known = new Map<string, PersonKnown>()
  readonly #asked = new Map<string, number>()
  #wanted = new Set<string>()
  /** Asked about, and not answered. */
  readonly #open = new Set<string>()

  constructor(private readonly api: Api) {}

  get(id: string): PersonKnown | undefined {
    void this.#version.value
    const found = this.#known.get(id)
    if (!found && id && Date.now() - (this.#asked.get(id) ?? 0) > AGAIN) this.#want(id)
    return found
  }

  /** The name; the id of whom one may not know, and of whom was erased. */
  name(id: string): string {
    return this.get(id)?.name || id
  }

  /** Whether the answer is on its way: until then an id says nothing to a person. */
  asking(id: string): boolean {
    void this.#version.value
    return this.#open.has(id)
  }

  /** What another answer has named already need not be asked for. */
  learn(people: readonly PersonKnown[]): void {
    for (const one of people) this.#known.set(one.id, one)
    this.#version.value += 1
  }

  /** The whole number; that it was given is on record. Throws `Failed` with the reason why not. */
  async phone(id: string, reason: "call" | "confirm" | "safety" | "handover" = "call"): Promise<string> {
    return (await this.api.get<{ phone: string }>(`/api/v1/people/${encodeURIComponent(id)}/phone`, { reason })).phone
  }

  #want(id: string): void {
    if (!this.#wanted.size) setTimeout(() => void this.#ask(), GATHER)
    this.#asked.set(id, Date.now())
    this.#wanted.add(id)
    this.#open.add(id)
  }

  async #ask(): Promise<void> {
    const wanted = [...this.#wanted]
    this.#wanted = new Set()
    for (let start = 0; start < wanted.length; start += AT_ONCE) {
      const ids = wanted.slice(start, start + AT_ONCE)
      try {
        this.learn((await this.api.get<PeoplePage>("/api/v1/people", { ids: ids.join(",") })).people)
      } catch (error) {
        if (!(error instanceof Failed)) throw error // ids will do until the server answers again
      } finally {
        for (const id of ids) this.#open.delete(id)
        this.#version.value += 1
      }
    }
  }
}

const KEY: InjectionKey<People> = Symbol("people")

/** Once, in the shell. */
export function providePeople({ api }: { readonly api: Api }): People {
  const people = new People(api)
  provide(KEY, people)
  return people
}

export function usePeople(): People {
  const people = inject(KEY)
  if (!people) throw new Error("no people are provided")
  return people
}
