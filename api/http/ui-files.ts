// The built web interface in memory: its page, and its files as they are sent.
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { promisify, types } from "node:util";
import { gzip } from "node:zlib";

/** What ui/vite.config.ts has put where a nonce belongs. */
const NONCE_PLACEHOLDER = "__CSP_NONCE__";
const PAGE = "index.html";
/** Files in this folder carry a digest in their name, so that they never change. */
const HASHED_FOLDER = "assets/";
const CACHE = { hashed: "public, max-age=31536000, immutable", named: "public, max-age=300" } as const;
const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};
/** Others are compressed already. */
const COMPRESSED = new Set([".js", ".css", ".svg"]);

const compress = promisify(gzip);

export interface UiFile {
  readonly bytes: Buffer;
  /** Null where compressing is of no use. */
  readonly gzipped: Buffer | null;
  readonly contentType: string;
  readonly cacheControl: string;
}

export interface UiFiles {
  page(nonce: string): string;
  /** `path` as in the address, e.g. `/assets/index-3f2a.js`. */
  file(path: string): UiFile | null;
}

/** Null when it has not been built. All of it is a megabyte: kept in memory, no address ever reaches the file system. */
export async function loadUiFiles(folder: string): Promise<UiFiles | null> {
  const page = await readFile(join(folder, PAGE), "utf8").catch((error: unknown) => {
    // Not instanceof: errors of Node's own modules belong to another realm under a test runner.
    if (types.isNativeError(error) && "code" in error && error.code === "ENOENT") return null;
    throw error;
  });
  if (page === null) return null;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map<string, UiFile>();
  for (const entry of entries) {
    const name = relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/");
    const contentType = TYPES[extname(name)];
    if (!entry.isFile() || contentType === undefined) continue;
    files.set(`/${name}`, await readUiFile(join(folder, name), { name, contentType }));
  }
  return {
    page: (nonce) => page.replaceAll(NONCE_PLACEHOLDER, nonce),
    file: (path) => files.get(path) ?? null,
  };
}

async function readUiFile(path: string, { name, contentType }: { name: string; contentType: string }): Promise<UiFile> {
  const bytes = await readFile(path);
  return {
    bytes,
    gzipped: COMPRESSED.has(extname(name)) ? await compress(bytes, { level: 9 }) : null,
    contentType,
    cacheControl: name.startsWith(HASHED_FOLDER) ? CACHE.hashed : CACHE.named,
  };
}
