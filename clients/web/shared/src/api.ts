/** The HTTP interface for what is no board: search, playbooks, words of persons. The token goes in the header only. */
import type { Problem } from "@pingji/types"
import { t } from "./strings"

/** An answer of problem+json; `problem` has the words and what to do. */
export class Failed extends Error {
  constructor(readonly problem: Pick<Problem, "detail" | "detail_en" | "retry"> & { readonly code: string }) {
    super(problem.code)
  }
}

export class Api {
  constructor(
    readonly token: string,
    private readonly base = "",
  ) {}

  get<T>(path: string, query: Readonly<Record<string, string | number>> = {}): Promise<T> {
    const asked = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))
    return this.#ask<T>(asked.size ? `${path}?${asked}` : path, { method: "GET" })
  }

  post<T>(path: string, body: unknown): Promise<T> {
    const headers = { "Content-Type": "application/json" }
    return this.#ask<T>(path, { method: "POST", body: JSON.stringify(body), headers })
  }

  /** What is no JSON: a photo. */
  async blob(path: string): Promise<Blob> {
    return (await this.#answer(path, { method: "GET" })).blob()
  }

  async #ask<T>(path: string, init: RequestInit): Promise<T> {
    return (await (await this.#answer(path, init)).json()) as T
  }

  async #answer(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    if (this.token) headers.set("Authorization", `Bearer ${this.token}`)
    let answer: Response
    try {
      answer = await fetch(this.base + path, { ...init, headers })
    } catch {
      throw new Failed(away("unreachable"))
    }
    if (answer.ok) return answer
    const problem = (await answer.json().catch(() => null)) as Problem | null
    throw new Failed(problem ?? away(`http_${answer.status}`))
  }
}

/** No answer, or one that is not from a coordinator. */
function away(code: string): Failed["problem"] {
  return { code, detail: t("unreachable"), detail_en: t("unreachable"), retry: true }
}
