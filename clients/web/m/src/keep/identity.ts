/**
 * Who the phone speaks for, kept for the next start without a network; with how far the server's clock is ahead, so
 * that what is done offline is dated as the server will want it.
 */
import type { Live } from "@pingji/shared"
import { watch } from "vue"
import { keepKnown, known } from "../device"

/** Fills in what is not there yet; the server's word replaces it. */
export async function recognise(live: Live): Promise<void> {
  watch(
    live.link,
    ({ state }) => {
      const me = live.me.value
      if (state !== "up" || !me) return
      const { clock } = live.client
      void keepKnown({ me, ahead: clock.now() - Date.now(), world: clock.worldNow(), at: Date.now() }).catch(() => undefined)
    },
    { immediate: true },
  )
  const kept = await known().catch(() => undefined)
  if (!kept || live.me.value) return
  const { me, ahead, world, at } = kept
  const gone = Math.max(0, Date.now() - at)
  live.client.clock.correct(new Date(Date.now() + ahead).toISOString(), new Date(world + gone * me.rate).toISOString(), me.rate)
  live.me.value = me
}
