/** What a post needs and who counts there: the same rules as `coordinator/domain/post.py`. */
import type { Post } from "@pingji/shared"

/** Heads of the running shift: the larger where several operations share it. */
export const wantedOf = ({ wanted }: Post): number => Math.max(0, ...Object.values(wanted))

/** Fewer than the crew minimum count as none: one alone in water. */
export function standingOf(post: Post): number {
  const present = post.present ?? 0
  return present >= Math.min(post.crew_min, wantedOf(post)) ? present : 0
}

/** Heads for whom nobody has been called. */
export const missingOf = (post: Post): number =>
  Math.max(0, wantedOf(post) - (post.called ?? 0) - (post.coming ?? 0) - (post.present ?? 0))
