// Takes out of package-lock.json what names a host: who asks for money. Run by `npm run lock` after every change of
// a dependency; `npm ci` needs none of it.
import { readFileSync, writeFileSync } from "node:fs"

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"))
for (const entry of Object.values(lock.packages)) {
  delete entry.funding
  if (!entry.link) delete entry.resolved
}
writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`)
