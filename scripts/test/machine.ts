// What the tests need of this machine, brought up in the way `mosaic up` does it; stopped again when it was us who started it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { ensureAgentImage } from "../../cli/up/agent-image.ts";
import { createChildList, openDataDir } from "../../cli/up/data-dir.ts";
import { createDockerClient, engineVersion, findEngine } from "../../cli/up/docker-engine.ts";
import type { Reporter } from "../../cli/up/reporter.ts";
import { findProgram } from "../../cli/up/run-command.ts";
import { readUpSettings } from "../../cli/up/settings.ts";
import { installPackages, type InstallContext } from "../../cli/up/system-packages.ts";
import { temporalBinary } from "../../cli/up/temporal-binary.ts";
import { ensureWebUi } from "../../cli/up/web-ui.ts";
import { ensureBrowser } from "../browser-binary.ts";
import { fuzzTool } from "../fuzz-tool.ts";
import { temporalTestServer } from "../temporal-test-server.ts";

export interface MachineOptions {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** docker-compose, for the check of the compose file. */
  readonly forChecks: boolean;
  /** schemathesis. */
  readonly forFuzzing: boolean;
  /** Chromium, and the web interface as it is served. */
  readonly forBrowser: boolean;
  /** Engine, Temporal and images, for integration, browser and end-to-end tests. */
  readonly forContainers: boolean;
}

export interface Machine {
  /** Null when the tests at hand need no engine. */
  readonly docker: Docker | null;
  stop(): Promise<void>;
}

export async function prepareMachine(options: MachineOptions): Promise<Machine> {
  const { reporter, signal } = options;
  const { cacheDir, environment } = readUpSettings(process.env);
  const install: InstallContext = { mayInstall: true, environment, signal };
  if (options.forChecks) await composeStep(reporter, install);
  if (options.forFuzzing) {
    await reporter.step("schemathesis", async (say) => ({ value: await fuzzTool(signal, say), result: "" }));
  }
  if (options.forBrowser) await browserSteps(reporter, install);
  if (!options.forContainers) return { docker: null, stop: () => Promise.resolve() };
  const engine = await engineStep(reporter, install);
  try {
    await reporter.step("temporal", async (say) => {
      const binary = await temporalBinary({ cacheDir, environment, signal }, say);
      return { value: binary, result: "development server" };
    });
    await reporter.step("temporal test", async (say) => ({
      value: await temporalTestServer(say),
      result: "time-skipping server",
    }));
    await reporter.step("agent image", async (say) => {
      const image = await ensureAgentImage({ ...install, docker: engine.docker, cacheDir }, say);
      return { value: image, result: image.name };
    });
    return engine;
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

async function composeStep(reporter: Reporter, install: InstallContext): Promise<void> {
  await reporter.step("docker-compose", async (say) => {
    const path = install.environment["PATH"];
    if ((await findProgram("docker-compose", path)) === null) await installPackages(["docker-compose"], install, say);
    return { value: undefined, result: "" };
  });
}

async function browserSteps(reporter: Reporter, install: InstallContext): Promise<void> {
  await reporter.step("chromium", async (say) => {
    const path = await ensureBrowser(install, say);
    return { value: path, result: path };
  });
  await reporter.step("web interface", async (say) => {
    const { built } = await ensureWebUi(say);
    return { value: built, result: built ? "built" : "up to date" };
  });
}

async function engineStep(reporter: Reporter, install: InstallContext): Promise<{ docker: Docker; stop: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "mosaic-engine-"));
  const dir = await openDataDir(folder);
  const started = await reporter.step("docker engine", async (say) => {
    const { start } = await findEngine({ ...install, dir, children: createChildList(dir) }, say);
    const running = start === null ? null : await start();
    return { value: running, result: `${await engineVersion()}${running === null ? "" : ", started"}` };
  });
  return {
    docker: createDockerClient(),
    async stop() {
      await started?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
