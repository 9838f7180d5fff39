/** What a person wrote or photographed goes into the vault first; the command carries the reference only. */
import type { Problem } from "@pingji/types"
import { Failed } from "./api"
import { t } from "./strings"

/** A person's words or a photo. */
export interface Upload {
  /** Its own key: what is sent again is kept once. It stands in no log. */
  readonly once: string
  readonly text?: string
  readonly photo?: Blob
}

const PATIENCE = 90_000

/** Gives the reference; the same again for the same key. Throws `Failed`. */
export async function upload(token: string, area: string, operation: string, paper: Upload): Promise<string> {
  const headers: Record<string, string> = { Authorization: `Bearer ${token}`, "Idempotency-Key": paper.once }
  if (paper.photo) {
    headers["Content-Type"] = paper.photo.type
    const where = new URLSearchParams({ area, operation })
    return ask(`/api/v1/vault/photos?${where}`, { method: "POST", headers, body: paper.photo })
  }
  headers["Content-Type"] = "application/json"
  return ask("/api/v1/vault", { method: "POST", headers, body: JSON.stringify({ area, operation, text: paper.text }) })
}

async function ask(path: string, init: RequestInit): Promise<string> {
  const giveUp = new AbortController()
  const timer = setTimeout(() => giveUp.abort(), PATIENCE)
  let answer: Response
  try {
    answer = await fetch(path, { ...init, signal: giveUp.signal })
  } catch {
    throw new Failed({ code: "unreachable", detail: t("unreachable"), detail_en: t("unreachable"), retry: true })
  } finally {
    clearTimeout(timer)
  }
  const said = (await answer.json().catch(() => null)) as ({ readonly ref: string } & Problem) | null
  if (answer.ok && said) return said.ref
  throw new Failed(said ?? { code: `http_${answer.status}`, detail: t("unreachable"), detail_en: t("unreachable"), retry: true })
}
