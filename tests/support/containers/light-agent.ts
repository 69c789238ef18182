// A light agent image: the real entrypoint, and the fake gateway in OpenClaw's place. Speaks slowly and finishes what it
// says when it is asked to stop, so that a test can meet it in the middle of each.
import { chmod, copyFile, cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type Docker from "dockerode";
import { GATEWAY_PORT } from "../../../contracts/containers/agent-container.ts";
import { makeNodeImage, type TinyImage } from "../core/tiny-image.ts";

const REPOSITORY = path.join(import.meta.dirname, "../../..");
const FOLDER = "opt/mosaic";

/** For an installation of light agents. Their image has nothing to prove isolation with, which has tests of its own. */
export const LIGHT_AGENT_ENVIRONMENT = {
  MOSAIC_AGENT_MEMORY_MB: "256",
  MOSAIC_AGENT_ISOLATION: "off-agents-reach-my-network",
} as const;

export interface LightAgentOptions {
  readonly name: string;
  /** Between its start and the first connection it takes. OpenClaw needs 8 s and more. */
  readonly bootMs: number;
  readonly wordPauseMs: number;
}

export async function makeLightAgentImage(docker: Docker, options: LightAgentOptions): Promise<TinyImage> {
  return await makeNodeImage(docker, {
    name: options.name,
    entrypoint: `/${FOLDER}/entrypoint.mjs`,
    async fill(root) {
      const folder = path.join(root, FOLDER);
      await mkdir(path.join(folder, "node_modules"), { recursive: true });
      await copyFile(path.join(REPOSITORY, "docker/agent/entrypoint.mjs"), path.join(folder, "entrypoint.mjs"));
      await copyFile(path.join(import.meta.dirname, "../turns/fake-gateway.ts"), path.join(folder, "fake-gateway.ts"));
      await cp(path.join(REPOSITORY, "node_modules/zod"), path.join(folder, "node_modules/zod"), { recursive: true });
      await writeFile(path.join(folder, "package.json"), '{"type":"module"}');
      await writeFile(path.join(folder, "gateway.ts"), gatewayScript(options));
      const command = path.join(root, "bin/openclaw");
      await writeFile(command, `#!/bin/node\nimport("/${FOLDER}/gateway.ts");\n`);
      await chmod(command, 0o755);
    },
  });
}

/** At SIGTERM it takes nothing new and lets running turns end, and ignores the next one, as OpenClaw does. */
function gatewayScript({ bootMs, wordPauseMs }: LightAgentOptions): string {
  return `
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { startFakeGateway } from "./fake-gateway.ts";
await delay(${bootMs});
const token = process.env.OPENCLAW_GATEWAY_TOKEN ?? "";
const { gateway: { tls: { certPath, keyPath } } } = JSON.parse(await readFile(process.env.OPENCLAW_CONFIG_PATH ?? "", "utf8"));
const tls = { certificate: await readFile(certPath, "utf8"), key: await readFile(keyPath, "utf8") };
const gateway = await startFakeGateway({ token, tls, host: "0.0.0.0", port: ${GATEWAY_PORT} });
gateway.behave({ kind: "paced", pauseMs: ${wordPauseMs} });
let isEnding = false;
process.on("SIGTERM", async () => {
  if (isEnding) return;
  isEnding = true;
  while (gateway.completions.some(({ finished, aborted }) => !finished && !aborted)) await delay(20);
  process.exit(0);
});
`;
}
