/** Coded reasons: the log carries these, never a person's words. Each has its words in `strings.ts`. */
export const RECALLS = ["sent_by_mistake", "wrong_area", "wrong_level", "false_alarm"] as const
export const OVERRIDES = ["checked_on_site", "handed_over", "not_applicable", "ordered_from_above"] as const
export const REJECTS = ["figures_differ", "not_needed", "ask_again"] as const
