// `mosaic up`, what `npm start` does: brings the whole stack up on this machine and keeps it running until Ctrl-C.
import { randomBytes } from "node:crypto";
import { parseRootKey } from "../../adapters/root-key.ts";
import { Secret } from "../../contracts/secret.ts";
import { createChildList, openDataDir, ownSecretKey, rotateLog, takeLock, type DataDir } from "./data-dir.ts";
import { endLeftovers } from "./leftovers.ts";
import { createReporter, type Reporter } from "./reporter.ts";
import { readUpSettings, type UpSettings } from "./settings.ts";
import { bringUp, type UpContext } from "./stack.ts";
import { createSupervisor, type Supervisor } from "./supervisor.ts";

const SETUP_TOKEN_BYTES = 24;
const LOGS = ["api", "worker", "temporal", "postgres", "dockerd", "demo-model"] as const;
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const EXIT_KILLED = 130;

export interface UpOptions {
  readonly demo: boolean;
  /** False: install no system packages. */
  readonly install: boolean;
}

/**
 * Returns after a stop by Ctrl-C (or SIGTERM, SIGHUP).
 * @throws FleetError with one clear line when something cannot be brought up; what was started is stopped again then
 */
export async function runUp(options: UpOptions): Promise<void> {
  const settings = readUpSettings(process.env);
  goOnUnheard();
  const reporter = createReporter({ out: process.stdout, nowMs: () => performance.now() });
  const dir = await openDataDir(settings.dataDir);
  const unlock = await takeLock(dir);
  try {
    await runLocked(options, { settings, reporter, dir });
  } finally {
    await unlock();
  }
}

/** What was started must be stopped in order, whether or not anybody still reads what is printed. */
function goOnUnheard(): void {
  for (const out of [process.stdout, process.stderr]) out.removeAllListeners("error").on("error", () => undefined);
}

interface Opened {
  readonly settings: UpSettings;
  readonly reporter: Reporter;
  readonly dir: DataDir;
}

async function runLocked(options: UpOptions, { settings, reporter, dir }: Opened): Promise<void> {
  const children = createChildList(dir);
  await endLeftovers({ dir, children, say: (line) => reporter.line(line) });
  await Promise.all(LOGS.map((name) => rotateLog(dir.logFile(name))));
  const secretKey = settings.secretKey ?? (await embeddedKey(dir, reporter));
  const supervisor = createSupervisor({ children, say: (line) => reporter.line(line) });
  const stop = stopOnSignal(supervisor, reporter);
  const failure = new AbortController();
  const context: UpContext = {
    ...{ settings, reporter, dir, children, supervisor, secretKey },
    rootKey: parseRootKey(secretKey.reveal()),
    setupToken: settings.setupToken ?? new Secret(randomBytes(SETUP_TOKEN_BYTES).toString("base64url")),
    signal: AbortSignal.any([stop.signal, failure.signal]),
    giveUp: () => failure.abort(),
    demo: options.demo,
    mayInstall: options.install,
  };
  try {
    await bringUp(context).catch((error: unknown) => {
      // An abort makes the steps under way fail; that is what was asked for.
      if (!stop.signal.aborted) throw error;
    });
    await stop.asked;
  } finally {
    await supervisor.stopAll();
    stop.release();
  }
  reporter.line("Stopped. Containers and data stay.");
}

/** The embedded default makes its own root key (B2). */
async function embeddedKey(dir: DataDir, reporter: Reporter): Promise<Secret> {
  const { key, path, isNew } = await ownSecretKey(dir);
  if (isNew) {
    reporter.line(`! MOSAIC_SECRET_KEY is not set: made one in ${path}. Without it nothing starts any more; keep a copy.`);
  }
  return key;
}

/** The first signal stops in order, the second at once. */
function stopOnSignal(supervisor: Supervisor, reporter: Reporter) {
  const controller = new AbortController();
  const asked = new Promise<void>((resolve) => controller.signal.addEventListener("abort", () => resolve()));
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      supervisor.killAll();
      process.exit(EXIT_KILLED);
    }
    reporter.line("Stopping … (again to kill)");
    controller.abort();
  };
  for (const name of STOP_SIGNALS) process.on(name, onSignal);
  const release = (): void => {
    for (const name of STOP_SIGNALS) process.off(name, onSignal);
  };
  return { signal: controller.signal, asked, release };
}
