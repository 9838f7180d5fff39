/**
 * Names and the tree of the areas of one's own part, read once from the register; grids when they are first named.
 * A place that is not (yet) known is shown by its code, never by a guess.
 */
import type { Api, AreaPage, AreaShown, SignedInPage } from "@pingji/shared"
import { inject, provide, shallowRef, watch, type InjectionKey } from "vue"

export type Place = AreaShown
const PAGE = 500
const FETCHED = ["province", "city", "district", "street", "community"] as const
const DISTRICT = 6
const COMMUNITY = 12

export class Places {
  /** Counts what came: whoever reads a name is drawn again. */
  readonly #version = shallowRef(0)
  readonly #byCode = new Map<string, Place>()
  readonly #children = new Map<string, Place[]>()
  readonly #asked = new Set<string>()
  #own = ""

  constructor(private readonly api: Api) {}

  /** The tree of `area` down to communities. What cannot be had stays a code. */
  async load(area: string): Promise<void> {
    this.#own = area
    await Promise.allSettled(FETCHED.map((level) => this.#pages({ under: area, level })))
  }

  get(code: string): Place | undefined {
    void this.#version.value
    const found = this.#byCode.get(code)
    if (!found && code.length > COMMUNITY && /^\d+$/.test(code)) this.#grids(code)
    return found
  }

  name(code: string): string {
    return this.get(code)?.name ?? code
  }

  /** A grid with its community: 第一网格 says nothing alone. */
  fullName(code: string): string {
    const place = this.get(code)
    if (!place) return code
    return place.level === "grid" ? `${this.name(place.parent)} ${place.name}` : place.name
  }

  children(code: string): readonly Place[] {
    void this.#version.value
    if (code.length === COMMUNITY) this.#grids(code)
    return this.#children.get(code) ?? []
  }

  /** From the highest that is known down to the place itself. */
  path(code: string): readonly Place[] {
    const found: Place[] = []
    for (let place = this.get(code); place; place = place.parent ? this.get(place.parent) : undefined) found.unshift(place)
    return found
  }

  /** At or below. */
  communities(code: string): readonly Place[] {
    const place = this.get(code)
    if (place?.level === "community") return [place]
    return this.children(code).flatMap((child) => (child.level === "grid" ? [] : this.communities(child.code)))
  }

  find(text: string, most: number): readonly Place[] {
    void this.#version.value
    const found: Place[] = []
    for (const place of this.#byCode.values()) {
      if (found.length === most) break
      if (place.name.includes(text) || place.code.startsWith(text)) found.push(place)
    }
    return found
  }

  /** Those of a whole district at once, as far as it is one's own part: a list over it names hundreds. */
  #grids(code: string): void {
    const district = code.slice(0, DISTRICT)
    const under = this.#own.length > DISTRICT && code.startsWith(this.#own) ? this.#own : district
    if (this.#asked.has(under)) return
    this.#asked.add(under)
    this.#pages({ under, level: "grid" }).catch(() => this.#asked.delete(under))
  }

  async #pages(query: Record<string, string>): Promise<void> {
    let cursor: number | null = 0
    while (cursor !== null) {
      const page: AreaPage = await this.api.get<AreaPage>("/api/v1/areas", { ...query, cursor, limit: PAGE })
      for (const place of page.areas) this.#add(place)
      cursor = page.next
      this.#version.value += 1
    }
  }

  #add(place: Place): void {
    if (this.#byCode.has(place.code)) return
    this.#byCode.set(place.code, place)
    const siblings = this.#children.get(place.parent)
    if (siblings) siblings.push(place)
    else this.#children.set(place.parent, [place])
  }
}

const KEY: InjectionKey<Places> = Symbol("places")

/** Once, in the shell. */
export function providePlaces({ live, api }: SignedInPage): Places {
  const places = new Places(api)
  watch(
    () => live.me.value?.area,
    (area) => area && void places.load(area),
    { immediate: true },
  )
  provide(KEY, places)
  return places
}

export function usePlaces(): Places {
  const places = inject(KEY)
  if (!places) throw new Error("no places are provided")
  return places
}
