/**
 * Boards as they were last seen, so that a phone that was switched off in a cellar shows its tasks again, with their
 * age; and coming back costs the difference only. It decides nothing: the live session takes over from the cursor.
 */
import type { Cursor, Entry, Live, LiveBoard } from "@pingji/shared"
import { watch } from "vue"
import { keepBoard, keptBoard } from "../device"

export interface KeptPart {
  readonly cursor: Cursor
  readonly at: string | null
  readonly entries: Readonly<Record<string, Entry>>
}

const PAUSE = 2000

/** Call once for a board that a screen holds; ends with the calling component. */
export function remember(live: Live, board: () => LiveBoard): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let saved = ""
  function save(): void {
    timer = undefined
    const { key } = board()
    if (!live.client.session.whole(key)) return
    saved = key
    void keepBoard(key, partsOf(live, key)).catch(() => undefined)
  }
  watch(board, (one) => void recall(live, one), { immediate: true })
  watch(
    () => board().at.value,
    () => {
      if (saved !== board().key) save() // at once the first time: the network may be gone the next moment
      else timer ??= setTimeout(save, PAUSE)
    },
  )
}

async function recall(live: Live, board: LiveBoard): Promise<void> {
  const kept = await keptBoard(board.key).catch(() => undefined)
  const watched = live.client.session.watched.get(board.key)
  if (!kept || !watched || watched.board.parts.size) return // the server was quicker
  watched.parts = new Set(Object.keys(kept))
  const keys: string[] = []
  for (const [part, { cursor, at, entries }] of Object.entries(kept)) {
    watched.board.snapshot(part, cursor, entries, at)
    keys.push(...Object.keys(entries))
  }
  board.note(keys, [])
  board.take(watched.board, true)
}

function partsOf(live: Live, key: string): Record<string, KeptPart> {
  const found: Record<string, KeptPart> = {}
  for (const [part, { cursor, at, entries }] of live.client.session.watched.get(key)?.board.parts ?? [])
    found[part] = { cursor, at, entries: Object.fromEntries(entries) }
  return found
}
