/** What a person wrote or photographed goes into the vault first; the command carries the reference only. */
import { Failed, shared, type Problem } from "@pingji/shared"
import type { Paper } from "../device"

const PATIENCE = 90_000

/** Gives the reference; the same again for the same key. Throws `Failed`. */
export async function upload(token: string, area: string, operation: string, paper: Paper): Promise<string> {
  const headers: Record<string, string> = { Authorization: `Bearer ${token}`, "Idempotency-Key": paper.once }
  if (paper.photo) {
    headers["Content-Type"] = paper.photo.type
    const where = new URLSearchParams({ area, operation })
    return ask(`/api/v1/vault/photos?${where}`, { method: "POST", headers, body: paper.photo })
  }
  headers["Content-Type"] = "application/json"
  return ask("/api/v1/vault", { method: "POST", headers, body: JSON.stringify({ area, operation, text: paper.text }) })
}

/** A person's words behind a reference. Throws `Failed`. */
export async function ask(path: string, init: RequestInit): Promise<string> {
  const giveUp = new AbortController()
  const timer = setTimeout(() => giveUp.abort(), PATIENCE)
  let answer: Response
  try {
    answer = await fetch(path, { ...init, signal: giveUp.signal })
  } catch {
    throw new Failed({ code: "unreachable", detail: shared("unreachable"), detail_en: shared("unreachable"), retry: true })
  } finally {
    clearTimeout(timer)
  }
  const said = (await answer.json().catch(() => null)) as ({ readonly ref: string } & Problem) | null
  if (answer.ok && said) return said.ref
  throw new Failed(said ?? { code: `http_${answer.status}`, detail: shared("unreachable"), detail_en: shared("unreachable"), retry: true })
}
