// The Temporal Web UI's files: one archive in the cache, which the api serves from. No process of its own listens anywhere.
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Say } from "./reporter.ts";
import type { UpSettings } from "./settings.ts";
import { fetched, hasDigest } from "./temporal-binary.ts";

/** The one that the Temporal CLI of our version holds as well. */
const VERSION = "2.42.1";
const SHA256 = "0e95d54045faa00df54e89cafbec6d714095be4b43c3b402a3c8b8b6b5fd2f4d";
const DEFAULT_PROXY = "https://proxy.golang.org";

type Context = Pick<UpSettings, "cacheDir" | "environment"> & { readonly signal: AbortSignal };

/** The archive in the cache, else fetched as the Go module that it is published as. Null when it cannot be had from here. */
export async function temporalUiArchive({ cacheDir, environment, signal }: Context, say: Say): Promise<string | null> {
  const path = join(cacheDir, `temporal-ui-${VERSION}.zip`);
  if (await isTheArchive(path)) return path;
  say(`downloading Temporal Web UI ${VERSION}`);
  const url = `${moduleProxy(environment["GOPROXY"])}/github.com/temporalio/ui-server/v2/@v/v${VERSION}.zip`;
  const content = await fetched(url, signal);
  if (content === null || !hasDigest(content, SHA256)) return null;
  await mkdir(cacheDir, { recursive: true });
  await writeFile(`${path}.${process.pid}`, content);
  await rename(`${path}.${process.pid}`, path);
  return path;
}

async function isTheArchive(path: string): Promise<boolean> {
  const content = await readFile(path).catch(() => null);
  return content !== null && hasDigest(content, SHA256);
}

/** The first proxy of the list that is one. */
function moduleProxy(list: string | undefined): string {
  const proxy = (list ?? "").split(/[,|]/).find((entry) => /^https?:\/\//.test(entry));
  return (proxy ?? DEFAULT_PROXY).replace(/\/+$/, "");
}
