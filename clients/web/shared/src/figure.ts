/** Figures as people read them: `1 284`, on every screen alike; the blank does not break a line. */
export const figure = (n: number): string => n.toLocaleString("en-US").replace(/,/g, "\u00a0")
