// Free ports of loopback, chosen once and remembered, so that addresses stay the same from start to start.
import { randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { z } from "zod";
import { readJson, writePrivate, type DataDir } from "./data-dir.ts";

const portsSchema = z.record(z.string(), z.number().int());
const LOWEST_CHOSEN = 20_000;
const CHOICES = 50;
const LOOPBACK = "127.0.0.1";
/** Which ports Linux gives to connections. */
const CONNECTIONS_FILE = "/proc/sys/net/ipv4/ip_local_port_range";
const CONNECTIONS_DEFAULT = 32_768;

/** The remembered port of each name where it is free, else a new one. */
export async function rememberedPorts<Name extends string>(
  dir: DataDir,
  names: readonly Name[],
): Promise<Record<Name, number>> {
  const path = dir.file("ports.json");
  const before = (await readJson(path, portsSchema)) ?? {};
  const chosen: Record<string, number> = { ...before };
  for (const name of names) {
    const known = before[name];
    if (known === undefined || !(await canListen(known))) chosen[name] = await freePort();
  }
  await writePrivate(path, JSON.stringify(chosen));
  return z.record(z.enum(names), z.number().int()).parse(Object.fromEntries(names.map((name) => [name, chosen[name]])));
}

async function canListen(port: number): Promise<boolean> {
  return (await listenOnce(port).catch(() => null)) !== null;
}

/** @throws Error with the system's code when nothing can listen there */
export async function assertFree(port: number, host: string): Promise<void> {
  await listenOnce(port, host);
}

/**
 * A port of loopback that is free now and stays so: none of those that the kernel gives to connections. One of these may be
 * taken before its server comes, or comes back; a client that looks for an absent server can even connect to itself.
 */
export async function freePort(): Promise<number> {
  const end = await firstPortOfConnections();
  for (let choice = 0; choice < CHOICES && end > LOWEST_CHOSEN; choice += 1) {
    const port = randomInt(LOWEST_CHOSEN, end);
    if (await canListen(port)) return port;
  }
  return await listenOnce(0);
}

async function firstPortOfConnections(): Promise<number> {
  const range = await readFile(CONNECTIONS_FILE, "utf8").catch(() => "");
  return Number(/^\d+/.exec(range)?.[0] ?? CONNECTIONS_DEFAULT);
}

async function listenOnce(port: number, host = LOOPBACK): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : port;
      server.close(() => resolve(bound));
    });
  });
}
