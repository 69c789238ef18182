// The TCP ports of this machine that a process listens on, as /proc knows them.
import { readdir, readFile, readlink } from "node:fs/promises";

const LISTENING = "0A";

export async function listeningPorts(pid: number): Promise<number[]> {
  const sockets = await socketsOf(pid);
  const tables = await Promise.all(["tcp", "tcp6"].map((name) => readFile(`/proc/${pid}/net/${name}`, "utf8")));
  const ports = tables.flatMap((table) =>
    table.split("\n").flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      const [, local = "", , state] = fields;
      return state === LISTENING && sockets.has(fields[9] ?? "") ? [Number.parseInt(local.split(":")[1] ?? "", 16)] : [];
    }),
  );
  return [...new Set(ports)].toSorted((a, b) => a - b);
}

/** Their inodes. A descriptor may be closed while it is looked at. */
async function socketsOf(pid: number): Promise<Set<string>> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder);
  const targets = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => "")));
  return new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
}
