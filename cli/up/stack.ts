// The steps of a start. Independent steps run in parallel; then api and worker.
import { setTimeout as delay } from "node:timers/promises";
import type { RootKey } from "../../adapters/crypto/root-key.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { readinessSchema } from "../../contracts/installation/health.ts";
import { onboardingStatusSchema } from "../../contracts/installation/onboarding.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import { agentImageName } from "./agent-image.ts";
import { migrationVariables, toolEnvironment } from "./child-environment.ts";
import type { ChildList, DataDir } from "./data-dir.ts";
import type { DemoStart } from "./demo-start.ts";
import type { DemoFacts } from "./demo.ts";
import { findEngine } from "./docker-engine.ts";
import { engineHasImage, engineVersion } from "./engine-api.ts";
import { parsedBody, plainGet } from "./plain-get.ts";
import { rememberedPorts } from "./ports.ts";
import { preflight } from "./preflight.ts";
import type { Reporter, Say } from "./reporter.ts";
import { runScript } from "./run-script.ts";
import { TEMPORAL_UI_PATH } from "../../contracts/core/ui-pages.ts";
import { serviceEnvironments, type TemporalUiPlace } from "./service-environment.ts";
import { apiService, engineService, postgresService, temporalService, workerService } from "./services.ts";
import type { UpSettings } from "./settings.ts";
import type { Supervisor } from "./supervisor.ts";
import { findTemporalBinary } from "./temporal-binary.ts";
import { newHttpHost } from "./temporal-server.ts";
import { ensureWebUi } from "./web-ui.ts";

const READY_TIMEOUT_MS = 60_000;
const READY_EVERY_MS = 250;
const PROBE_TIMEOUT_MS = 3_000;
const MIGRATION_TIMEOUT_MS = 900_000;
const TEMPORAL_TIMEOUT_MS = 3_600_000;
const IMAGE_TIMEOUT_MS = 1_800_000;
const PORT_NAMES = ["postgres", "temporal", "temporalHttp", "temporalMetrics"] as const;

export interface UpContext {
  readonly settings: UpSettings;
  readonly reporter: Reporter;
  readonly dir: DataDir;
  readonly children: ChildList;
  readonly supervisor: Supervisor;
  readonly secretKey: Secret;
  readonly rootKey: RootKey;
  readonly setupToken: Secret;
  /** Aborted if someone stops the start or a step fails. */
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

/**
 * Resolves when everything serves and the addresses are printed. Each step begins as soon as what it needs is there.
 * @throws the first step's error, with its name in front
 */
export async function bringUp(context: UpContext): Promise<void> {
  await preflight(context.settings);
  const ports = await rememberedPorts(context.dir, PORT_NAMES);
  const agentImage = engineStep(context).then(() => imageSteps(context));
  const schema = postgresStep(context, ports).then((address) => migrationStep(context, address));
  const steps = [agentImage, schema, temporalStep(context, ports), webUiStep(context)] as const;
  const [image, database, temporalUi] = await together(context, steps);
  const url = `http://${shownHost(context.settings.host)}:${context.settings.port}`;
  const env = serviceEnvironments({ ...context, databaseUrl: database.url, ports, image, temporalUi });
  await servicesStep(context, env, url);
  await readyStep(context, url);
  const addresses = { url, temporalUi: temporalUi === null ? "" : `${url}${TEMPORAL_UI_PATH}/` };
  const demo = context.demo ? await demoSteps(context, { ...addresses, ownerUrl: database.ownerUrl }) : null;
  await printAddresses(context, { ...addresses, demo });
}

async function engineStep(context: UpContext): Promise<void> {
  const { settings, supervisor } = context;
  await context.reporter.step("docker engine", async (say) => {
    const { environment } = settings;
    const { start } = await findEngine({ ...context, environment }, say);
    if (start !== null) await supervisor.run(engineService(start));
    return { value: undefined, result: `${await engineVersion(environment)}${start === null ? "" : ", started"}` };
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

/** From where its Web UI is shown; null for a server of someone else's, and when the Web UI cannot be had. */
async function temporalStep(
  { settings, supervisor, reporter, dir, signal }: UpContext,
  ports: Ports,
): Promise<TemporalUiPlace | null> {
  return await reporter.step("temporal", async (say) => {
    if (settings.temporalAddress !== null) return { value: null, result: `TEMPORAL_ADDRESS, ${settings.temporalAddress}` };
    const { environment, cacheDir } = settings;
    const fetch = { env: toolEnvironment(environment), signal, say, timeoutMs: TEMPORAL_TIMEOUT_MS };
    const [binary, archive] = await Promise.all([
      findTemporalBinary({ cacheDir, environment }).then((found) => found ?? runScript("scripts/temporal-cli.ts", fetch)),
      // All works without it but the look at workflows.
      runScript("scripts/temporal-ui.ts", fetch).catch(() => ""),
    ]);
    signal.throwIfAborted();
    const { temporal: port, temporalHttp: httpPort, temporalMetrics: metricsPort } = ports;
    const httpHost = newHttpHost();
    await supervisor.run(temporalService({ binary, dir, port, httpPort, httpHost, metricsPort, environment, signal }));
    const server = `local server, 127.0.0.1:${port}`;
    if (archive === "") return { value: null, result: `${server}, without its Web UI: it could not be fetched` };
    return { value: { archive, httpPort, httpHost }, result: server };
  });
}

/** In a process of its own, as in every deployment. */
async function migrationStep(context: UpContext, database: DatabaseAddress): Promise<DatabaseAddress> {
  const { reporter, signal, secretKey, settings } = context;
  return await reporter.step("database schema", async () => {
    const own = { DATABASE_URL: database.ownerUrl.reveal(), MOSAIC_SECRET_KEY: secretKey.reveal() };
    const env = { ...migrationVariables(settings.environment), ...own };
    const report = await runScript("scripts/migrate.ts", { env, signal, timeoutMs: MIGRATION_TIMEOUT_MS });
    const applied = /^Applied: (.*)\.$/.exec(report)?.[1]?.split(", ").length ?? 0;
    return { value: database, result: applied === 0 ? "up to date" : `${applied} migrations applied` };
  });
}

/** The image's name. */
async function imageSteps({ settings, mayInstall, signal, reporter }: UpContext): Promise<string> {
  const { environment } = settings;
  const given = environment["MOSAIC_AGENT_IMAGE"];
  const name = given ?? (await agentImageName());
  const isThere = given !== undefined || (await engineHasImage(environment, name));
  const build = (script: string) => (say: Say) =>
    runScript(script, {
      args: mayInstall ? [] : ["--no-install"],
      env: toolEnvironment(environment),
      ...{ signal, say, timeoutMs: IMAGE_TIMEOUT_MS },
    });
  if (!isThere) {
    await reporter.step("base image", async (say) => ({ value: null, result: await build("scripts/base-image.ts")(say) }));
  }
  return await reporter.step("agent image", async (say) => {
    if (!isThere) await build("scripts/agent-image.ts")(say);
    return { value: name, result: `${given ?? name.replace(/^.*:/, "")}${isThere ? "" : ", built"}` };
  });
}

async function webUiStep({ reporter, settings, signal }: UpContext): Promise<void> {
  await reporter.step("web interface", async (say) => {
    const { built } = await ensureWebUi({ environment: settings.environment, signal }, say);
    return { value: undefined, result: built ? "built" : "up to date" };
  });
}

async function servicesStep(context: UpContext, env: ReturnType<typeof serviceEnvironments>, url: string): Promise<void> {
  const { reporter, supervisor, dir, signal } = context;
  await together(context, [
    reporter.step("api", async () => {
      await supervisor.run(apiService({ dir, env: env.api, signal }, url));
      return { value: undefined, result: url };
    }),
    supervisor.run(workerService({ dir, env: env.worker, signal })),
  ]);
}

/** A part that stays degraded is named, and does not keep the rest from being used. */
async function readyStep({ reporter, signal }: UpContext, url: string): Promise<void> {
  await reporter.step("worker", async () => {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    let detail = "";
    while (Date.now() < deadline) {
      signal.throwIfAborted();
      const answer = await plainGet(new URL(`${url}/readyz`), PROBE_TIMEOUT_MS).catch(() => null);
      const readiness = readinessSchema.safeParse(answer === null ? null : parsedBody(answer));
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

/** Loaded for `--demo` alone: it brings much of the api's contracts along. */
async function demoSteps(context: UpContext, facts: DemoStart): Promise<DemoFacts> {
  const { startDemo } = await import("./demo-start.ts");
  return await startDemo(context, facts);
}

interface Addresses {
  readonly url: string;
  readonly temporalUi: string;
  readonly demo: DemoFacts | null;
}

async function printAddresses({ reporter, dir, setupToken }: UpContext, { url, temporalUi, demo }: Addresses): Promise<void> {
  const answer = await plainGet(new URL(`${url}/api/onboarding/status`), PROBE_TIMEOUT_MS);
  const status = onboardingStatusSchema.parse(parsedBody(answer));
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
