/**
 * A board as a client keeps it: entries by key, one cursor per part, changed by snapshots and deltas. The same rules as
 * `coordinator/wire/board.py`, held to it by recorded vectors; it knows no socket and no screen.
 */
import type { Cursor, Entry } from "@pingji/types"

/** A delta does not begin where the board stands: ask for a resync. Nothing was changed. */
export class OutOfStep extends Error {}

export interface Part {
  cursor: Cursor
  entries: Map<string, Entry>
  /** The world's time at the cursor: 数据截至. */
  at: string | null
}

export class Board {
  readonly parts = new Map<string, Part>()

  constructor(readonly key: string) {}

  get cursor(): Record<string, Cursor> {
    return Object.fromEntries([...this.parts].map(([part, { cursor }]) => [part, cursor]))
  }

  /** All parts together; an entry stands in one part only. */
  get entries(): Map<string, Entry> {
    const merged = new Map<string, Entry>()
    for (const part of this.parts.values()) for (const [key, entry] of part.entries) merged.set(key, entry)
    return merged
  }

  entry(key: string): Entry | undefined {
    let found: Entry | undefined
    for (const part of this.parts.values()) found = part.entries.get(key) ?? found
    return found
  }

  /** A fresh start of one part. Never runs backwards within an epoch. */
  snapshot(part: string, cursor: Cursor, entries: Readonly<Record<string, Entry>>, at: string | null = null): void {
    const old = this.parts.get(part)
    if (old && old.cursor[0] === cursor[0] && cursor[1] < old.cursor[1]) return
    this.parts.set(part, { cursor, entries: new Map(Object.entries(entries)), at })
  }

  /** Bring one part from `since` to `cursor`. What it has already seen changes nothing. Throws `OutOfStep`. */
  delta(
    part: string,
    since: Cursor,
    cursor: Cursor,
    changed: Readonly<Record<string, Entry>>,
    gone: readonly string[],
    at: string | null = null,
  ): void {
    const own = this.parts.get(part)
    if (!own || own.cursor[0] !== since[0] || own.cursor[1] < since[1]) throw new OutOfStep(this.key)
    if (cursor[1] <= own.cursor[1]) return
    for (const key of gone) own.entries.delete(key)
    for (const [key, entry] of Object.entries(changed)) own.entries.set(key, entry)
    own.cursor = cursor
    own.at = at ?? own.at
  }
}
