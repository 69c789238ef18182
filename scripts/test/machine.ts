// What the tests need of this machine, brought up in the way `mosaic up` does it.
import { join } from "node:path";
import type Docker from "dockerode";
import { ensureAgentImage } from "../../cli/up/agent-image.ts";
import { createChildList, openDataDir } from "../../cli/up/data-dir.ts";
import { DOCKERD, findEngine } from "../../cli/up/docker-engine.ts";
import { engineVersion } from "../../cli/up/engine-api.ts";
import type { Reporter } from "../../cli/up/reporter.ts";
import { findProgram } from "../../cli/up/run-command.ts";
import { readUpSettings } from "../../cli/up/settings.ts";
import { installPackages, type InstallContext } from "../../cli/up/system-packages.ts";
import { temporalBinary } from "../../cli/up/temporal-binary.ts";
import { ensureWebUi } from "../../cli/up/web-ui.ts";
import { ensureBrowser } from "../browser-binary.ts";
import { fuzzTool } from "../fuzz-tool.ts";
import { createDockerClient } from "../image-context.ts";
import { temporalTestServer } from "../temporal-test-server.ts";
import { isNeeded, type Part } from "./kinds.ts";

export interface MachineOptions {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** What will run. */
  readonly parts: readonly Part[];
}

export interface Machine {
  /** Null when the tests at hand need no engine. An engine that had to be started stays, as after `mosaic up`. */
  readonly docker: Docker | null;
}

/** What needs nothing of each other is fetched and built side by side. @throws the first step's error */
export async function prepareMachine(options: MachineOptions): Promise<Machine> {
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const { cacheDir, environment } = readUpSettings(process.env);
  const context: Context = { mayInstall: true, environment, signal, cacheDir, reporter: options.reporter };
  const steps: Promise<unknown>[] = [];
  if (options.parts.includes("checks")) steps.push(composeStep(context));
  if (isNeeded("fuzzing", options.parts)) steps.push(fuzzStep(context));
  if (isNeeded("browser", options.parts)) steps.push(chromiumStep(context), webUiStep(context));
  const needsEngine = isNeeded("containers", options.parts);
  if (needsEngine) {
    steps.push(
      engineStep(context).then(() => imageStep(context)),
      temporalStep(context),
      temporalTestStep(context),
    );
  }
  await Promise.all(steps).catch(() => failed.abort());
  await Promise.allSettled(steps);
  await Promise.all(steps);
  return { docker: needsEngine ? createDockerClient() : null };
}

interface Context extends InstallContext {
  readonly reporter: Reporter;
  readonly cacheDir: string;
}

async function composeStep(context: Context): Promise<void> {
  await context.reporter.step("docker-compose", async (say) => {
    const path = context.environment["PATH"];
    if ((await findProgram("docker-compose", path)) === null) await installPackages(["docker-compose"], context, say);
    return { value: undefined, result: "" };
  });
}

async function fuzzStep({ reporter, signal }: Context): Promise<void> {
  await reporter.step("schemathesis", async (say) => ({ value: await fuzzTool(signal, say), result: "" }));
}

async function chromiumStep(context: Context): Promise<void> {
  await context.reporter.step("chromium", async (say) => {
    const path = await ensureBrowser(context, say);
    return { value: path, result: path };
  });
}

async function webUiStep(context: Context): Promise<void> {
  await context.reporter.step("web interface", async (say) => {
    const { built } = await ensureWebUi(context, say);
    return { value: built, result: built ? "built" : "up to date" };
  });
}

async function engineStep(context: Context): Promise<void> {
  const { reporter, cacheDir, environment } = context;
  // The engine goes on after this run: its log and its record stand where the next run finds them.
  const dir = await openDataDir(join(cacheDir, "engine"));
  const children = createChildList(dir);
  await reporter.step("docker engine", async (say) => {
    const { start } = await findEngine({ ...context, dir, children }, say);
    if (start !== null) await start((pid) => children.add(DOCKERD, pid));
    return { value: undefined, result: `${await engineVersion(environment)}${start === null ? "" : ", started"}` };
  });
}

async function imageStep(context: Context): Promise<void> {
  await context.reporter.step("agent image", async (say) => {
    const image = await ensureAgentImage({ ...context, docker: createDockerClient() }, say);
    return { value: image, result: image.name };
  });
}

async function temporalStep(context: Context): Promise<void> {
  await context.reporter.step("temporal", async (say) => {
    return { value: await temporalBinary(context, say), result: "development server" };
  });
}

async function temporalTestStep({ reporter, signal }: Context): Promise<void> {
  await reporter.step("temporal test", async (say) => {
    return { value: await temporalTestServer(say, signal), result: "time-skipping server" };
  });
}
