/** The HTTP interface for what is no board: search, playbooks, words of persons. The token goes in the header only. */
import type { Problem } from "@pingji/types"
import { t } from "./strings"

/** An answer of problem+json; `problem` has the words and what to do. */
export class Failed extends Error {
  constructor(readonly problem: Pick<Problem, "detail" | "detail_en" | "retry"> & { readonly code: string }) {
    super(problem.code)
  }
}

/** What is empty is left out. */
export type Query = Readonly<Record<string, string | number | undefined>>

function address(path: string, query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "")
  const asked = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return asked ? `${path}?${asked}` : path
}

export class Api {
  constructor(
    readonly token: string,
    private readonly base = "",
  ) {}

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.#ask<T>(address(path, query), { method: "GET" })
  }

  post<T>(path: string, body: unknown): Promise<T> {
    const headers = { "Content-Type": "application/json" }
    return this.#ask<T>(path, { method: "POST", body: JSON.stringify(body), headers })
  }

  /** What is no JSON: a photo. */
  async blob(path: string): Promise<Blob> {
    return (await this.#answer(path, { method: "GET" })).blob()
  }

  /** A file, with the name that the server gives it: its token goes in the header, so no link can fetch it. */
  async download(path: string, query: Query = {}): Promise<void> {
    const answer = await this.#answer(address(path, query), { method: "GET" })
    const named = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("Content-Disposition") ?? "")
    const link = document.createElement("a")
    link.href = URL.createObjectURL(await answer.blob())
    link.download = named?.[1] ? decodeURIComponent(named[1]) : "pingji"
    link.click()
    URL.revokeObjectURL(link.href)
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
