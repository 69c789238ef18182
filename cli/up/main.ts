// `mosaic up`, what `npm start` does: brings the whole stack up on this machine and keeps it running until Ctrl-C.
import { randomBytes } from "node:crypto";
import { parseRootKey } from "../../adapters/crypto/root-key.ts";
import { Secret } from "../../contracts/core/secret.ts";
import { createChildList, openDataDir, ownSecretKey, rotateLog, takeLock, type ChildList, type DataDir } from "./data-dir.ts";
import { DOCKERD } from "./docker-engine.ts";
import { endLeftovers } from "./leftovers.ts";
import { isAlive } from "./proc.ts";
import { createReporter, type Reporter } from "./reporter.ts";
import { readUpSettings, type UpSettings } from "./settings.ts";
import { bringUp, type UpContext } from "./stack.ts";
import { createSupervisor, type Supervisor } from "./supervisor.ts";

const SETUP_TOKEN_BYTES = 24;
/** The engine's own log is put aside when it is started. */
const LOGS = ["api", "worker", "temporal", "postgres", "demo-model"] as const;
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
  const givenUp = new AbortController();
  const reporter = createReporter({ out: process.stdout, nowMs: () => performance.now(), givenUp: givenUp.signal });
  const dir = await openDataDir(settings.dataDir);
  const unlock = await takeLock(dir);
  try {
    await runLocked(options, { settings, reporter, dir, givenUp });
  } finally {
    await unlock();
  }
}

/** What was started must be stopped in order, whether or not anyone still reads what is printed. */
function goOnUnheard(): void {
  for (const out of [process.stdout, process.stderr]) out.removeAllListeners("error").on("error", () => undefined);
}

interface Opened {
  readonly settings: UpSettings;
  readonly reporter: Reporter;
  readonly dir: DataDir;
  /** Aborted when the start is to be given up: someone stops it, or a step failed. */
  readonly givenUp: AbortController;
}

async function runLocked(options: UpOptions, { settings, reporter, dir, givenUp }: Opened): Promise<void> {
  const children = createChildList(dir);
  await endLeftovers({ dir, children, say: (line) => reporter.line(line) });
  await Promise.all(LOGS.map((name) => rotateLog(dir.logFile(name))));
  const secretKey = settings.secretKey ?? (await embeddedKey(dir, reporter));
  const supervisor = createSupervisor({ children, say: (line) => reporter.line(line) });
  const stop = stopOnSignal(supervisor, reporter);
  stop.signal.addEventListener("abort", () => givenUp.abort(), { once: true });
  const context: UpContext = {
    ...{ settings, reporter, dir, children, supervisor, secretKey },
    rootKey: parseRootKey(secretKey.reveal()),
    setupToken: settings.setupToken ?? new Secret(randomBytes(SETUP_TOKEN_BYTES).toString("base64url")),
    signal: givenUp.signal,
    giveUp: () => givenUp.abort(),
    demo: options.demo,
    mayInstall: options.install,
  };
  try {
    await bringUp(context).catch((error: unknown) => {
      // An abort makes the steps under way fail, as intended.
      if (!stop.signal.aborted) throw error;
    });
    await stop.asked;
  } finally {
    await supervisor.stopAll();
    stop.release();
    await tellOfTheEngine(children, reporter);
  }
  reporter.line("Stopped. Containers and data stay.");
}

/** One that this installation started; containers run in it, and others may have come to use it. */
async function tellOfTheEngine(children: ChildList, reporter: Reporter): Promise<void> {
  const engine = (await children.read())[DOCKERD];
  if (engine === undefined || !(await isAlive(engine))) return;
  reporter.line(`The Docker Engine keeps running. To stop it: kill ${engine.pid}`);
}

/** The embedded default generates its own root key. */
async function embeddedKey(dir: DataDir, reporter: Reporter): Promise<Secret> {
  const { key, path, isNew } = await ownSecretKey(dir);
  if (isNew) {
    reporter.line(`! MOSAIC_SECRET_KEY is not set: created one in ${path}. Without it nothing starts any more; keep a copy.`);
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
