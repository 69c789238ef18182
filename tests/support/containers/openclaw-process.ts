// The real OpenClaw on this machine, with a configuration that the product assembled, without container, certificate, firewall.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { ProviderSettings } from "../../../domain/agent-config/agent-settings.ts";
import { assembleOpenClawConfig, openClawProvider } from "../../../domain/agent-config/openclaw-config.ts";
import { someSettings } from "../agent-config/agent-settings.ts";
import { installOpenClaw, OPENCLAW } from "./openclaw.ts";
import { freePort } from "../core/stack.ts";
import { waitFor } from "../core/wait-for.ts";

const READY_TIMEOUT_MS = 300_000;
const TOKEN = "a-gateway-token-of-this-test";

export interface OpenClawProcess {
  readonly url: string;
  readonly token: string;
  /** One complete chat completion of `provider/model`. */
  ask(model: string, content: unknown): Promise<{ readonly status: number; readonly text: string }>;
  stop(): Promise<void>;
}

export interface OpenClawProcessOptions {
  readonly providers: readonly ProviderSettings[];
  readonly variables?: Readonly<Record<string, string>>;
  /** PEM. */
  readonly certificates?: string;
}

export async function startOpenClaw({
  providers,
  variables = {},
  certificates = "",
}: OpenClawProcessOptions): Promise<OpenClawProcess> {
  await installOpenClaw();
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "mosaic-openclaw-"));
  const [config, authorities] = [join(folder, "openclaw.json"), join(folder, "authorities.pem")];
  await writeFile(config, JSON.stringify(configFor(providers, { folder, port })), { mode: 0o600 });
  await writeFile(authorities, certificates);
  const own = { HOME: folder, OPENCLAW_STATE_DIR: folder, OPENCLAW_CONFIG_PATH: config, OPENCLAW_GATEWAY_TOKEN: TOKEN };
  const quiet = { OPENCLAW_DISABLE_BONJOUR: "1", OPENCLAW_NO_AUTO_UPDATE: "1" };
  const trust = certificates === "" ? {} : { NODE_EXTRA_CA_CERTS: authorities };
  const env = { PATH: process.env["PATH"], ...variables, ...own, ...quiet, ...trust };
  let gateway = spawnGateway(env);
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    if (gateway.exitCode === null && gateway.kill("SIGKILL")) await once(gateway, "exit");
    await rm(folder, { recursive: true, force: true });
  };
  const isReady = async (): Promise<boolean> => {
    // It exits if the machine is too slow for its own deadlines; in a fleet, its workflow starts it again.
    if (gateway.exitCode !== null) gateway = spawnGateway(env);
    return await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  await waitFor(isReady, { timeoutMs: READY_TIMEOUT_MS, what: "OpenClaw is ready" }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url, token: TOKEN, ask: (model, content) => ask(url, model, content), stop };
}

function spawnGateway(env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [OPENCLAW, "gateway", "run"], { env, stdio: "ignore" });
}

async function ask(url: string, model: string, content: unknown): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${TOKEN}`,
      "content-type": "application/json",
      "x-openclaw-model": openClawProvider(model),
    },
    body: JSON.stringify({ model: "openclaw", messages: [{ role: "user", content }] }),
  });
  return { status: answer.status, text: await answer.text() };
}

/** As in a container, except for the address, the certificate and the folder. */
function configFor(
  providers: readonly ProviderSettings[],
  { folder, port }: { readonly folder: string; readonly port: number },
): unknown {
  const { config } = assembleOpenClawConfig(someSettings({ providers }), { agentId: "main", displayName: "Ann" });
  const shape = z.looseObject({
    gateway: z.looseObject({}),
    agents: z.looseObject({ defaults: z.looseObject({}) }),
  });
  const { gateway: assembled, agents, ...rest } = shape.parse(config);
  const { tls: _, ...unencrypted } = assembled;
  const defaults = { ...agents.defaults, workspace: join(folder, "workspace") };
  return { ...rest, gateway: { ...unencrypted, port, bind: "loopback" }, agents: { ...agents, defaults } };
}
