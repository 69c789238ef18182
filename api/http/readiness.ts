// Whether the process can serve: Postgres it cannot do without, Temporal and the engine it can for a while.
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { Readiness } from "../../contracts/installation/health.ts";
import type { Database } from "../../db/core/database.ts";
import { listEngines, type SeenEngine } from "../../db/containers/engines.ts";

const PROBE_TIMEOUT_MS = 1_500;
/** The watcher writes every 10 s; three missed times mean that it is gone. */
const ENGINE_SEEN_WITHIN_SECONDS = 30;

type Part = Readiness["parts"]["postgres"];
const OK: Part = { status: "ok", detail: "" };

export interface ReadinessDeps {
  readonly db: Database;
  /** 1.5 s where absent. */
  readonly databaseProbeMs?: number | undefined;
  readonly pingTemporal: (timeoutMs: number) => Promise<void>;
  readonly log: Logger;
  /** Whether agents can fetch their configuration. */
  readonly internalListenerBound: () => boolean;
}

export async function checkReadiness(deps: ReadinessDeps): Promise<Readiness> {
  const { db, log, pingTemporal, databaseProbeMs = PROBE_TIMEOUT_MS } = deps;
  const [postgres, temporal] = await Promise.all([
    probe(
      { log, timeoutMs: databaseProbeMs, otherwise: { status: "down", detail: "Postgres does not answer." } },
      (timeoutMs) => db.ping(timeoutMs),
    ),
    probe(
      {
        log,
        timeoutMs: PROBE_TIMEOUT_MS,
        otherwise: { status: "degraded", detail: "The workflow service does not answer." },
      },
      pingTemporal,
    ),
  ]);
  const engines = postgres.status === "ok" ? await checkEngines(deps) : { docker: NOT_KNOWN, isolation: NOT_KNOWN };
  const parts = { postgres, temporal, ...engines };
  return { status: worst(Object.values(parts)), parts };
}

const NOT_KNOWN: Part = { status: "degraded", detail: "Not known while Postgres is away." };

interface Probe {
  readonly log: Logger;
  readonly timeoutMs: number;
  /** The details are fixed texts: an error's own words could name addresses or users. */
  readonly otherwise: Part;
}

async function probe({ log, timeoutMs, otherwise }: Probe, check: (timeoutMs: number) => Promise<void>): Promise<Part> {
  const timeUp = new AbortController();
  try {
    // A client's own deadline may begin only once it is connected; a probe must not wait for that.
    const late = delay(timeoutMs, null, { signal: timeUp.signal }).then(() => {
      throw new Error(`no answer within ${timeoutMs} ms`);
    });
    await Promise.race([check(timeoutMs), late]);
    return OK;
  } catch (err) {
    log.warn({ event: "probe_failed", detail: otherwise.detail, err }, "probe failed");
    return otherwise;
  } finally {
    timeUp.abort();
  }
}

type EngineParts = Pick<Readiness["parts"], "docker" | "isolation">;

async function checkEngines({ db, log, internalListenerBound, ...deps }: ReadinessDeps): Promise<EngineParts> {
  let engines: SeenEngine[] = [];
  const read = async (): Promise<void> => {
    engines = await db.globally(listEngines);
  };
  const otherwise = { status: "degraded", detail: "The state of the container engines cannot be read." } as const;
  const reading = await probe({ log, timeoutMs: deps.databaseProbeMs ?? PROBE_TIMEOUT_MS, otherwise }, read);
  if (reading.status !== "ok") return { docker: reading, isolation: reading };
  return { docker: engineHealth(engines, internalListenerBound()), isolation: isolationHealth(engines) };
}

function isolationHealth(engines: readonly SeenEngine[]): Part {
  const states = engines.map(({ isolation }) => isolation.state);
  if (states.includes("broken"))
    return {
      status: "degraded",
      detail: "No agent starts: the isolation of agents is not proven.",
    };
  if (states.length === 0 || states.includes("unknown"))
    return { status: "degraded", detail: "No worker has tested the isolation of agents yet." };
  return { status: "ok", detail: states.includes("off") ? "Off: agents can reach everything their host can." : "" };
}

function engineHealth(engines: readonly SeenEngine[], listenerBound: boolean): Part {
  if (engines.length === 0) return { status: "degraded", detail: "No worker has reported a container engine yet." };
  const silent = engines.filter(({ ageSeconds }) => ageSeconds > ENGINE_SEEN_WITHIN_SECONDS);
  const failing = engines.filter(({ ok }) => !ok);
  if (silent.length > 0) return { status: "degraded", detail: "No worker is watching the container engine." };
  if (failing.length > 0) return { status: "degraded", detail: "The container engine does not answer." };
  if (!listenerBound)
    return { status: "degraded", detail: "Agents cannot fetch their configuration: their network does not exist yet." };
  return OK;
}

function worst(parts: readonly Part[]): Readiness["status"] {
  if (parts.some(({ status }) => status === "down")) return "down";
  return parts.some(({ status }) => status === "degraded") ? "degraded" : "ok";
}
