/** Published playbooks by digest: the list, and whole versions as they are asked for. A version never changes. */
import { language, type Api, type PlaybookVersion, type PublishedPlaybook, type PublishedPlaybooks, type SignedInPage } from "@pingji/shared"
import { inject, provide, shallowRef, watchEffect, type InjectionKey, type ShallowRef } from "vue"

export type Document = PlaybookVersion["document"]
export type LevelName = keyof Document["levels"]
export const LEVELS: readonly LevelName[] = ["IV", "III", "II", "I"]

export class Playbooks {
  readonly list: ShallowRef<readonly PublishedPlaybook[]> = shallowRef([])
  /** Why the list is not here. */
  readonly problem: ShallowRef<unknown> = shallowRef(null)
  readonly #versions = shallowRef<ReadonlyMap<string, PlaybookVersion>>(new Map())
  readonly #asked = new Set<string>()

  constructor(private readonly api: Api) {
    void this.load()
  }

  async load(): Promise<void> {
    try {
      this.list.value = (await this.api.get<PublishedPlaybooks>("/api/v1/playbooks")).playbooks
      this.problem.value = null
    } catch (error) {
      this.problem.value = error
    }
  }

  /** Undefined until it has come. */
  document(digest: string): Document | undefined {
    const found = this.#versions.value.get(digest)?.document
    if (!found && digest && !this.#asked.has(digest)) {
      this.#asked.add(digest)
      this.api.get<PlaybookVersion>(`/api/v1/playbooks/${digest}`).then(
        (whole) => (this.#versions.value = new Map([...this.#versions.value, [digest, whole]])),
        () => this.#asked.delete(digest),
      )
    }
    return found
  }

  /** The word for a skill, a kind of facility, a routine or a channel; the key until a version is at hand. */
  wordOf(key: string): string {
    for (const { vocabulary } of this.#versions.value.values()) {
      const found = vocabulary[key]
      if (found) return found[language.value]
    }
    return key
  }

  /** What a playbook calls one of its posts or tasks; the key where no version at hand has it. */
  nameOf(key: string): string {
    for (const { document } of this.#versions.value.values())
      for (const level of LEVELS) {
        const { people, work } = document.levels[level]
        const found = people.find((one) => one.key === key) ?? work.tasks.find((one) => one.key === key)
        if (found) return found.name[language.value]
      }
    return key
  }
}

/** Facts of a concern carry the keys of the playbook's entries; people read their names. */
export function namedFacts(playbooks: Playbooks, facts: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const { post } = facts
  return post ? { ...facts, post: playbooks.nameOf(post) } : facts
}

const KEY: InjectionKey<Playbooks> = Symbol("playbooks")

/** Once, in the shell. */
export function providePlaybooks({ api }: SignedInPage): void {
  provide(KEY, new Playbooks(api))
}

/** `needed`: digests whose documents the component reads. */
export function usePlaybooks(needed: () => readonly string[] = () => []): Playbooks {
  const playbooks = inject(KEY)
  if (!playbooks) throw new Error("no playbooks are provided")
  watchEffect(() => needed().forEach((digest) => void playbooks.document(digest)))
  return playbooks
}
