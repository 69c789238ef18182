// The files of the Temporal Web UI, read from its archive on request, and its page adapted to our address.
import { createHash } from "node:crypto";
import { extname } from "node:path";
import type { ZipArchive } from "../../adapters/process/zip-archive.ts";
import { FleetError } from "../../contracts/core/errors.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".gif": "image/gif",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
  ".ttf": "font/ttf",
  ".mp4": "video/mp4",
  ".webm": "video/webm",
  ".webmanifest": "application/manifest+json",
};
const HASHED_FOLDER = "_app/immutable/";
const POLICY_ELEMENT = /<meta[^>]*http-equiv="content-security-policy"[^>]*>/i;
/**
 * Before the interface's own scripts. It asks what a workflow says of itself by POST; here all is read by GET, so that nothing
 * else than reads has a way in.
 */
const READ_BY_GET = `<script>
const ask = window.fetch;
window.fetch = (input, init) => {
  const url = String(input instanceof Request ? input.url : input);
  if (init?.method !== "POST" || !/\\/query\\/__temporal_workflow_metadata(\\?|$)/.test(url)) return ask(input, init);
  const { runId = "" } = JSON.parse(init.body).execution ?? {};
  const address = url + (url.includes("?") ? "&" : "?") + "execution.runId=" + encodeURIComponent(runId);
  return ask(address, { credentials: "same-origin", signal: init.signal });
};
</script>`;
const INLINE_SCRIPT = /<script>([\s\S]*?)<\/script>/g;

export interface TemporalUiFile {
  readonly bytes: Buffer;
  readonly contentType: string;
  /** Its name changes with its content. */
  readonly isHashed: boolean;
}

export interface TemporalUiAssets {
  readonly page: string;
  /** For a policy: the digests of the page's own scripts. */
  readonly scriptDigests: readonly string[];
  file(name: string): Promise<TemporalUiFile | null>;
}

/** `base`: the address it stands under, without a slash at the end. @throws FleetError CONFIG_INVALID */
export async function loadTemporalUi(archive: ZipArchive, base: string): Promise<TemporalUiAssets> {
  const original = await archive.read("index.html");
  if (original === null) throw new FleetError("CONFIG_INVALID", "The archive of the Temporal Web UI holds no page.");
  const page = original
    .toString("utf8")
    .replace(POLICY_ELEMENT, () => READ_BY_GET)
    .replaceAll('base: ""', `base: ${JSON.stringify(base)}`)
    .replaceAll('"/_app/', `"${base}/_app/`);
  const scripts = [...page.matchAll(INLINE_SCRIPT)].map(([, script = ""]) => script);
  return {
    page,
    scriptDigests: scripts.map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`),
    async file(name) {
      const contentType = TYPES[extname(name)];
      const bytes = contentType === undefined ? null : await archive.read(name);
      if (bytes === null || contentType === undefined) return null;
      return { bytes, contentType, isHashed: name.startsWith(HASHED_FOLDER) };
    },
  };
}
