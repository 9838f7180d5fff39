/** What an act needs in the vault goes there before the act: then its body carries the references, and nothing else. */
import { Failed, upload, type Api, type ErrorBody } from "@pingji/shared"
import type { Act } from "../device"

/** Commands that take one paper as their note; the others take papers as evidence. */
const NOTED: ReadonlySet<string> = new Set(["ReportHazard", "SignReport", "AskForHelp", "Observe"])

export type Packed =
  | { readonly body: Act["body"] }
  | { readonly problem: Pick<ErrorBody, "zh" | "en"> }
  /** No network, or the vault is busy: again later. */
  | null

/** `kept`: told after each paper that is in the vault, so that it is not carried twice. */
export async function pack(api: Api, act: Act, kept: () => Promise<void>): Promise<Packed> {
  const papers = act.papers ?? []
  try {
    for (const paper of papers) {
      if (paper.ref) continue
      paper.ref = await upload(api.token, act.body["area"] as string, act.operation ?? "", paper)
      await kept()
    }
  } catch (error) {
    if (!(error instanceof Failed)) throw error
    if (error.problem.retry) return null
    return { problem: { zh: error.problem.detail, en: error.problem.detail_en } }
  }
  const refs = papers.map(({ ref }) => ref!)
  if (NOTED.has(act.name)) return { body: { ...act.body, note: refs[0] } as Act["body"] }
  return { body: { ...act.body, evidence: [...((act.body["evidence"] as string[] | undefined) ?? []), ...refs] } as Act["body"] }
}
