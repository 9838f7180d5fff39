/**
 * The words for what messages carry as codes, and for what a server refuses: generated from the server's own catalogues
 * (`words.json`). A code without an entry is shown as it is, never guessed at.
 */
import type { ErrorBody } from "@pingji/types"
import { language } from "./language"
import { t } from "./strings"
import catalogue from "./words.json"

type Pair = readonly string[]
type Vocabularies = typeof catalogue.vocabularies
export type Vocabulary = keyof Vocabularies

const pick = (pair: Pair): string => pair[language.value === "zh" ? 0 : 1] ?? ""

/** `word("mode", "emergency")` is 急时. */
export function word(vocabulary: Vocabulary, code: string): string {
  const pair = (catalogue.vocabularies[vocabulary] as Readonly<Record<string, Pair>>)[code]
  return pair ? pick(pair) : code
}

/** Every code of a vocabulary with its word, in the catalogue's order. */
export function wordsOf(vocabulary: Vocabulary): [code: string, word: string][] {
  return Object.keys(catalogue.vocabularies[vocabulary]).map((code) => [code, word(vocabulary, code)])
}

/** A level where a heading says already that it is one: `三级`, `III`. */
export const levelName = (level: string): string => (language.value === "zh" && level ? word("level", level) : level)

/** How grave a concern looks: the same on the desk, the wall and the phone. */
export const toneOf = (severity: string): "red" | "yellow" | "plain" =>
  severity === "danger" ? "red" : severity === "urgent" ? "yellow" : "plain"

/** Names in a row: `甲、乙`. */
export const listed = (names: readonly string[]): string => names.join(t("comma"))

/** What a concern says: `concern("gap", {post, heads})`. */
export function concern(kind: string, facts: Readonly<Record<string, string>> = {}): string {
  const pair = (catalogue.vocabularies.concern as Readonly<Record<string, Pair>>)[kind]
  return pair ? sentence(pick(pair), facts) : kind
}

/** What the server said against something, in the reader's language. */
export const refusal = (error: Pick<ErrorBody, "zh" | "en">): string => (language.value === "zh" ? error.zh : error.en)

/** What a connection was closed with for good, by its close code. */
export function closed(code: number): string {
  const error = (catalogue.closed_with as Readonly<Record<string, string>>)[code]
  const pair = error ? (catalogue.errors as Readonly<Record<string, Pair>>)[error] : undefined
  return pair ? sentence(pick(pair), {}) : String(code)
}

/** `{to:facility}` shows the word of that vocabulary for the fact's code; `{why_en}` falls back to `why`. */
function sentence(template: string, facts: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)(?::(\w+))?\}/g, (_, name: string, vocabulary?: string) => {
    const given = facts[name] ?? facts[name.replace(/_en$/, "")]
    if (given === undefined) return "…"
    return vocabulary ? word(vocabulary as Vocabulary, given) : given
  })
}
