/**
 * What the open tabs of this page say to each other on one device: that the outbox has changed, that one signed out.
 * Nothing of it leaves the device, and nothing depends on its arriving.
 */
type News = "outbox" | "signed_out"

const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("pingji")

/** Whether tabs can hear each other at all. */
export const HEARD = channel !== null

export function tell(news: News): void {
  channel?.postMessage(news)
}

/** Gives the way to stop hearing. */
export function hear(news: News, then: () => void): () => void {
  const listen = ({ data }: MessageEvent<News>): void => {
    if (data === news) then()
  }
  channel?.addEventListener("message", listen)
  return () => channel?.removeEventListener("message", listen)
}
