/** What the build's own script uses of Node; the pages use nothing of it. */
declare module "node:fs" {
  export function readFileSync(path: URL, encoding: "utf8"): string
}
declare module "node:crypto" {
  interface Hash {
    update(text: string): Hash
    digest(encoding: "hex"): string
  }
  export function createHash(name: "sha256"): Hash
}
