// The steps of a start, in their order: engine, PostgreSQL and Temporal side by side, schema and image, api and worker.
import { setTimeout as delay } from "node:timers/promises";
import type { RootKey } from "../../adapters/root-key.ts";
import { FleetError } from "../../contracts/errors.ts";
import { readinessSchema } from "../../contracts/health.ts";
import { onboardingStatusSchema } from "../../contracts/onboarding.ts";
import type { Secret } from "../../contracts/secret.ts";
import { migrate } from "../../db/migrate.ts";
import { createApiClient } from "../http/api-client.ts";
import { ensureAgentImage } from "./agent-image.ts";
import type { ChildList, DataDir } from "./data-dir.ts";
import { startDemo } from "./demo-start.ts";
import type { DemoFacts } from "./demo.ts";
import { createDockerClient, DOCKERD, engineVersion, findEngine } from "./docker-engine.ts";
import { rememberedPorts } from "./ports.ts";
import type { Reporter } from "./reporter.ts";
import { serviceEnvironment, temporalUiUrl, workerEnvironment } from "./service-environment.ts";
import { apiService, DOCKERD_STOP_ORDER, postgresService, temporalService, workerService } from "./services.ts";
import type { Environment, UpSettings } from "./settings.ts";
import type { Supervisor } from "./supervisor.ts";
import { temporalBinary } from "./temporal-binary.ts";
import { ensureWebUi } from "./web-ui.ts";

const READY_TIMEOUT_MS = 60_000;
const READY_EVERY_MS = 250;
const PROBE_TIMEOUT_MS = 3_000;
const PORT_NAMES = ["postgres", "temporal", "temporalUi", "temporalMetrics"] as const;

export interface UpContext {
  readonly settings: UpSettings;
  readonly reporter: Reporter;
  readonly dir: DataDir;
  readonly children: ChildList;
  readonly supervisor: Supervisor;
  readonly secretKey: Secret;
  readonly rootKey: RootKey;
  readonly setupToken: Secret;
  /** Aborted when the start is to be given up: somebody wishes it, or a step failed. */
  readonly signal: AbortSignal;
  readonly giveUp: () => void;
  readonly demo: boolean;
  readonly mayInstall: boolean;
}

export type Ports = Readonly<Record<(typeof PORT_NAMES)[number], number>>;

interface DatabaseAddress {
  /** With the owner's credentials. */
  readonly ownerUrl: Secret;
  /** Without any. */
  readonly url: string;
}

/** Resolves when everything serves and the addresses are printed. @throws the first step's error */
export async function bringUp(context: UpContext): Promise<void> {
  const ports = await rememberedPorts(context.dir, PORT_NAMES);
  const [, database] = await together(context, [
    engineStep(context),
    postgresStep(context, ports),
    temporalStep(context, ports),
  ]);
  const [image] = await together(context, [imageStep(context), migrationStep(context, database), webUiStep(context)]);
  const url = `http://${shownHost(context.settings.host)}:${context.settings.port}`;
  const env = serviceEnvironment({ ...context, databaseUrl: database.url, ports, image });
  await servicesStep(context, env, url);
  await readyStep(context, url);
  const temporalUi = temporalUiUrl({ ...context, ports }) ?? "";
  const demo = context.demo ? await startDemo(context, { url, temporalUi, env }) : null;
  await printAddresses(context, { url, temporalUi, demo });
}

async function engineStep(context: UpContext): Promise<void> {
  const { settings, supervisor } = context;
  await context.reporter.step("docker engine", async (say) => {
    const engine = await findEngine({ ...context, environment: settings.environment }, say);
    const { start } = engine;
    if (start !== null) await supervisor.run({ name: DOCKERD, stopOrder: DOCKERD_STOP_ORDER, start });
    return { value: undefined, result: `${await engineVersion()}${start === null ? "" : ", started"}` };
  });
}

async function postgresStep(
  { settings, supervisor, reporter, dir, rootKey }: UpContext,
  ports: Ports,
): Promise<DatabaseAddress> {
  return await reporter.step("postgresql", async () => {
    const given = settings.databaseUrl;
    if (given !== null) return { value: { ownerUrl: given, url: withoutCredentials(given) }, result: "DATABASE_URL" };
    let address: DatabaseAddress | null = null;
    const onStarted = (urls: DatabaseAddress): void => void (address = urls);
    await supervisor.run(postgresService({ dir, port: ports.postgres, rootKey, onStarted }));
    if (address === null) throw new FleetError("DATABASE_UNAVAILABLE", "PostgreSQL did not start.");
    return { value: address, result: `embedded, 127.0.0.1:${ports.postgres}` };
  });
}

async function temporalStep({ settings, supervisor, reporter, dir, signal }: UpContext, ports: Ports): Promise<void> {
  await reporter.step("temporal", async (say) => {
    if (settings.temporalAddress !== null) return { value: undefined, result: `TEMPORAL_ADDRESS, ${settings.temporalAddress}` };
    const { environment, cacheDir } = settings;
    const binary = await temporalBinary({ cacheDir, environment, signal }, say);
    const { temporal: port, temporalUi: uiPort, temporalMetrics: metricsPort } = ports;
    await supervisor.run(temporalService({ binary, dir, port, uiPort, metricsPort, environment, signal }));
    return { value: undefined, result: `local server, 127.0.0.1:${port}` };
  });
}

async function migrationStep({ reporter, rootKey }: UpContext, database: DatabaseAddress): Promise<void> {
  await reporter.step("database schema", async () => {
    const { applied } = await migrate({ ownerUrl: database.ownerUrl.reveal(), rootKey });
    return { value: undefined, result: applied.length === 0 ? "up to date" : `${applied.length} migrations applied` };
  });
}

async function imageStep(context: UpContext): Promise<string> {
  const { settings, mayInstall, signal, reporter } = context;
  return await reporter.step("agent image", async (say) => {
    const { environment, cacheDir } = settings;
    const given = environment["MOSAIC_AGENT_IMAGE"];
    if (given !== undefined) return { value: given, result: given };
    const image = await ensureAgentImage({ docker: createDockerClient(), cacheDir, environment, mayInstall, signal }, say);
    return { value: image.name, result: `${image.name.replace(/^.*:/, "")}${image.built ? ", built" : ""}` };
  });
}

async function webUiStep({ reporter }: UpContext): Promise<void> {
  await reporter.step("web interface", async (say) => {
    const { built } = await ensureWebUi(say);
    return { value: undefined, result: built ? "built" : "up to date" };
  });
}

async function servicesStep(context: UpContext, env: Environment, url: string): Promise<void> {
  const { reporter, supervisor, dir, signal } = context;
  await together(context, [
    reporter.step("api", async () => {
      await supervisor.run(apiService({ dir, env, signal }, url));
      return { value: undefined, result: url };
    }),
    supervisor.run(workerService({ dir, env: workerEnvironment(env), signal })),
  ]);
}

/** A part that stays degraded is named, and does not keep the rest from being used. */
async function readyStep({ reporter, signal }: UpContext, url: string): Promise<void> {
  await reporter.step("worker", async () => {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    let detail = "";
    while (Date.now() < deadline) {
      signal.throwIfAborted();
      const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) }).catch(() => null);
      const readiness = readinessSchema.safeParse(await answer?.json().catch(() => null));
      if (readiness.data?.status === "ok") return { value: undefined, result: "ready" };
      detail =
        Object.values(readiness.data?.parts ?? {})
          .map((part) => part.detail)
          .find((text) => text !== "") ?? "no answer";
      await delay(READY_EVERY_MS, undefined, { signal });
    }
    return { value: undefined, result: `not ready: ${detail}`, isDoubtful: true };
  });
}

interface Addresses {
  readonly url: string;
  readonly temporalUi: string;
  readonly demo: DemoFacts | null;
}

async function printAddresses({ reporter, dir, setupToken }: UpContext, { url, temporalUi, demo }: Addresses): Promise<void> {
  const status = await createApiClient(new URL(url), { kind: "none" }).call(
    { method: "GET", path: "/api/onboarding/status" },
    onboardingStatusSchema,
  );
  const lines: [string, string][] = [["Mosaic Fleet", url]];
  if (temporalUi !== "") lines.push(["Temporal UI", temporalUi]);
  lines.push(["Data and logs", dir.path]);
  if (!status.adminCreated)
    lines.push(["Set-up token", `${setupToken.reveal()}   (once, for the first admin: mosaic onboard)`]);
  if (demo !== null) lines.push(["User", demo.user], ["Password", demo.password], ["API key", demo.apiKey]);
  reporter.line("");
  for (const [name, value] of lines) reporter.line(`  ${name.padEnd(15)}${value}`);
  reporter.line("");
  reporter.line("Ready. Ctrl-C stops it; containers and data stay.");
}

/** Waits for all; when one fails, the others are told to give up, so that nothing still starts while all is being stopped. */
async function together<const Works extends readonly Promise<unknown>[]>(
  { giveUp }: UpContext,
  works: Works,
): Promise<{ -readonly [K in keyof Works]: Awaited<Works[K]> }> {
  const all = Promise.all(works);
  await all.catch(giveUp);
  await Promise.allSettled(works);
  return await all;
}

function withoutCredentials(databaseUrl: Secret): string {
  const url = new URL(databaseUrl.reveal());
  url.username = "";
  url.password = "";
  return url.href;
}

/** Where this machine reaches a listener that binds to all addresses. */
function shownHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
