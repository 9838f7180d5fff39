import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import type { Plugin } from "vite"
import { page } from "../pages.config.ts"

/** The shell's service worker, with the names of the files that this build made. */
const shellWorker: Plugin = {
  name: "shell-worker",
  apply: "build",
  generateBundle(_, bundle) {
    const built = Object.keys(bundle).filter((name) => !name.endsWith(".html"))
    const files = ["/m/", "/m/icon.svg", "/m/app.webmanifest", ...built.sort().map((name) => `/m/${name}`)]
    const source = readFileSync(new URL("./shell-worker.js", import.meta.url), "utf8")
    // The page itself has no hash in its name: what it is made of stands in those of its files.
    const version = createHash("sha256").update(files.join()).update(source).digest("hex").slice(0, 12)
    const worker = source.replace("__VERSION__", version).replace("__FILES__", JSON.stringify(files))
    this.emitFile({ type: "asset", fileName: "sw.js", source: worker })
  },
}

const phone = page("m", "chrome64")

export default { ...phone, plugins: [...(phone.plugins ?? []), shellWorker] }
