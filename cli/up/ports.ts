// Free ports of loopback, chosen once and remembered, so that addresses stay the same from start to start.
import { createServer } from "node:net";
import { z } from "zod";
import { readJson, writePrivate, type DataDir } from "./data-dir.ts";

const portsSchema = z.record(z.string(), z.number().int());

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
    if (known === undefined || !(await isFree(known))) chosen[name] = await freePort();
  }
  await writePrivate(path, JSON.stringify(chosen));
  return z.record(z.enum(names), z.number().int()).parse(Object.fromEntries(names.map((name) => [name, chosen[name]])));
}

async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port).catch(() => null)) !== null;
}

async function freePort(): Promise<number> {
  return await listenOnce(0);
}

async function listenOnce(port: number): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : port;
      server.close(() => resolve(bound));
    });
  });
}
