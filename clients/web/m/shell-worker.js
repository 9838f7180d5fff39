/**
 * Opens the page's shell without a network: its own built files and nothing else. No board, no token and no act ever
 * passes through here; the outbox is the page's own.
 */
const SHELL = "pingji-shell-__VERSION__"
const FILES = __FILES__

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()))
})

self.addEventListener("activate", (event) => {
  const stale = (names) => names.filter((name) => name.startsWith("pingji-shell-") && name !== SHELL)
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(stale(names).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

self.addEventListener("fetch", (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== "GET" || origin !== location.origin || !pathname.startsWith("/m/")) return
  if (request.mode === "navigate") {
    // The newest page where there is a network, within the patience of who stands in the rain.
    const kept = () => caches.match("/m/")
    const slow = new Promise((resolve) => setTimeout(() => kept().then((found) => found && resolve(found)), 3000))
    event.respondWith(Promise.race([fetch(request), slow]).catch(kept))
    return
  }
  event.respondWith(caches.match(request).then((found) => found || fetch(request)))
})
