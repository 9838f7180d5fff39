/**
 * One live board as screens see it: sections of reactive entries. Each entry is a shallow ref of its own, so that one
 * changed row of twenty thousand draws one row; the list of keys changes only when a key comes or goes.
 */
import type { Board } from "@pingji/board"
import type { Entry, ErrorBody, SectionName, Sections } from "@pingji/types"
import { computed, shallowReactive, shallowRef, type ComputedRef, type ShallowRef } from "vue"

export class Section<E> {
  /** Keys within the section, in the order in which they came. */
  readonly keys: ShallowRef<readonly string[]> = shallowRef([])
  /** All entries; anew whenever any of them changes. For a long list take `keys` and `get` row by row instead. */
  readonly all: ComputedRef<readonly E[]>
  readonly #cells = new Map<string, ShallowRef<E>>()
  readonly #version = shallowRef(0)

  constructor() {
    this.all = computed(() => {
      void this.#version.value
      return Array.from(this.#cells.values(), (cell) => cell.value)
    })
  }

  get size(): number {
    return this.keys.value.length
  }

  get(key: string): E | undefined {
    const cell = this.#cells.get(key)
    if (!cell) void this.keys.value // so that whoever asked is drawn again when it comes
    return cell?.value
  }

  /** Only the store calls it. */
  put(changed: ReadonlyMap<string, E>, gone: ReadonlySet<string>): void {
    let moved = false
    for (const key of gone) moved = this.#cells.delete(key) || moved
    for (const [key, entry] of changed) {
      const cell = this.#cells.get(key)
      if (cell) cell.value = entry
      else {
        this.#cells.set(key, shallowRef(entry))
        moved = true
      }
    }
    if (moved) this.keys.value = [...this.#cells.keys()]
    this.#version.value += 1
  }
}

export class LiveBoard {
  /** Every part of it is here. Until then show that it is loading, not that there is nothing. */
  readonly whole = shallowRef(false)
  /** The server will not show it, and why. */
  readonly refused: ShallowRef<ErrorBody | null> = shallowRef(null)
  /** The world's time at which it was so: 数据截至; the oldest of its parts. */
  readonly at: ShallowRef<number | null> = shallowRef(null)
  readonly #sections = shallowReactive(new Map<string, Section<unknown>>())
  readonly #changed = new Set<string>()
  readonly #gone = new Set<string>()

  constructor(readonly key: string) {}

  section<S extends SectionName>(name: S): Section<Sections[S]> {
    let section = this.#sections.get(name)
    if (!section) this.#sections.set(name, (section = new Section()))
    return section as Section<Sections[S]>
  }

  /** Only the store calls it. What came back is no longer gone, and the other way round. */
  note(changed: readonly string[], gone: readonly string[]): void {
    for (const key of changed) {
      this.#changed.add(key)
      this.#gone.delete(key)
    }
    for (const key of gone) {
      this.#gone.add(key)
      this.#changed.delete(key)
    }
  }

  /** Only the store calls it: what was noted is taken over from the board, once for a frame of the screen. */
  take(board: Board, whole: boolean): void {
    const news = new Map<string, News>()
    for (const key of this.#changed) {
      const entry = board.entry(key)
      if (entry) newsOf(news, key).changed.set(withinSection(key), entry)
    }
    for (const key of this.#gone) newsOf(news, key).gone.add(withinSection(key))
    this.#changed.clear()
    this.#gone.clear()
    for (const [name, { changed, gone }] of news) this.section(name as SectionName).put(changed as never, gone)
    this.whole.value = whole
    const times = [...board.parts.values()].flatMap(({ at }) => (at ? [Date.parse(at)] : []))
    this.at.value = times.length ? Math.min(...times) : null
  }
}

interface News {
  readonly changed: Map<string, Entry>
  readonly gone: Set<string>
}

function newsOf(news: Map<string, News>, key: string): News {
  const name = key.slice(0, key.indexOf("/"))
  let one = news.get(name)
  if (!one) news.set(name, (one = { changed: new Map(), gone: new Set() }))
  return one
}

const withinSection = (key: string): string => key.slice(key.indexOf("/") + 1)
