// Does the installation answer, and what does it say about its parts?
import { readinessSchema } from "../../../contracts/installation/health.ts";
import { boundedJson } from "../../http/bounded-body.ts";
import { fail, ok, warn, type Check, type Finding } from "./check.ts";

const TIMEOUT_MS = 5_000;
const READINESS_MAX_BYTES = 256 * 1024;

const CURES = {
  postgres: "Check that the database is running and DATABASE_URL is correct.",
  temporal: "Chats with running agents continue; no agent starts until then. Check TEMPORAL_ADDRESS.",
  isolation:
    "See the page System and the worker's log for the reason. Isolation requires iptables; MOSAIC_AGENT_ISOLATION=off-agents-reach-my-network turns it off.",
  docker: "Check that the Docker Engine (systemctl status docker) and the worker are running.",
} as const;

export function apiChecks(url: URL): readonly Check[] {
  // One call for its parts.
  const readiness = once(async () => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    return await boundedJson(await fetch(new URL("/readyz", url), { signal, redirect: "error" }), READINESS_MAX_BYTES);
  });
  const part = (name: keyof typeof CURES): Check => ({
    name: `ready: ${name}`,
    run: async () => {
      const answer = await readiness().catch(() => null);
      if (answer === null) return warn("unknown, because the api does not answer", "See the check `api`.");
      const parsed = readinessSchema.safeParse(answer);
      if (!parsed.success)
        return fail(
          "the answer of /readyz cannot be understood",
          "Check that this command and the installation have the same version.",
        );
      const { status, detail } = parsed.data.parts[name];
      if (name === "isolation" && status === "ok" && detail !== "")
        return warn(detail, "Unset MOSAIC_AGENT_ISOLATION to isolate agents.");
      return status === "ok"
        ? ok(detail || "ready")
        : { status: status === "down" ? "fail" : "warn", detail, cure: CURES[name] };
    },
  });
  return [{ name: "api", run: () => answers(url) }, part("postgres"), part("temporal"), part("docker"), part("isolation")];
}

async function answers(url: URL): Promise<Finding> {
  try {
    const response = await fetch(new URL("/healthz", url), { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: "error" });
    if (response.ok) return ok(`${url.origin} answers`);
    return warn(`${url.origin} answers ${response.status}`, "Check the address. --url or MOSAIC_URL sets another one.");
  } catch {
    return fail(`${url.origin} does not answer`, "mosaic up");
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= work());
}
