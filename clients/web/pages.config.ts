/** How a page is built: into the server's package, under its own address, with nothing inline that the policy forbids. */
import vue from "@vitejs/plugin-vue"
import type { Plugin, UserConfig } from "vite"

/** Vant's icon font is 55 KB and names a host to load it from: no page of ours uses it; icons are drawn as SVG. */
const noIconFont: Plugin = {
  name: "no-icon-font",
  enforce: "pre",
  transform: (css, id) => (/vant\/es\/icon\/.*\.css/.test(id) ? css.replace(/@font-face\s*\{[^}]*\}/g, "") : undefined),
}

/** `oldest`: what the page must still run on. */
export function page(name: "desk" | "m", oldest: string): UserConfig {
  const here = (path: string): string => new URL(path, import.meta.url).pathname
  return {
    root: here(`./${name}`),
    base: `/${name}/`,
    logLevel: "warn",
    plugins: [vue(), noIconFont],
    define: { __VUE_OPTIONS_API__: name === "desk", __VUE_PROD_DEVTOOLS__: false },
    build: {
      outDir: here(`../../coordinator/api/static/${name}`),
      emptyOutDir: true,
      target: oldest,
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2000, // in kilobytes; sizes are held by a test
    },
    server: { proxy: { "/ws": { target: "ws://127.0.0.1:8420", ws: true }, "/api": "http://127.0.0.1:8420" } },
  }
}
