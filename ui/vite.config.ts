// How the web interface is built and served while one works on it.
import { join } from "node:path";
import { defineConfig, type Rolldown } from "vite";

/** The api puts a fresh nonce here for every page (api/http/ui-files.ts). */
const NONCE_PLACEHOLDER = "__CSP_NONCE__";
/** The api of `npm start`. */
const API_TARGET = "http://127.0.0.1:4000";
const API_PATHS = ["/api", "/v1", "/openapi.json", "/readyz"];
/**
 * What every page needs, in two files rather than in one for each set of pages that share a piece: less to ask for and
 * better compressed. A release that changes no library leaves the greater one in the browsers' caches.
 */
const FIRST_CHUNKS = [
  { name: "libraries", test: /node_modules[\\/]/, tags: ["$initial"] },
  { name: "shell", tags: ["$initial"] },
  // The set-up's steps are loaded one by one: the code they share must not be bundled with its first page.
  { name: "step-frame", test: /step-frame\.tsx$/ },
] satisfies Rolldown.CodeSplittingGroup[];

export default defineConfig({
  root: import.meta.dirname,
  html: { cspNonce: NONCE_PLACEHOLDER },
  build: {
    outDir: join(import.meta.dirname, "dist"),
    emptyOutDir: true,
    target: "es2023",
    // Nothing may be in the page itself: the policy allows no data: URL but for images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // `npm run ui:budget` weighs what counts: what a page loads.
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      output: { codeSplitting: { groups: FIRST_CHUNKS } },
      // "use client" means nothing to a bundle that runs in browsers alone.
      onLog: (level, log, pass) => log.code !== "MODULE_LEVEL_DIRECTIVE" && pass(level, log),
    },
  },
  server: { host: "127.0.0.1", proxy: Object.fromEntries(API_PATHS.map((path) => [path, { target: API_TARGET }])) },
});
