// Does the installation answer, and what does it say about its parts?
import { readinessSchema } from "../../../contracts/health.ts";
import { fail, ok, warn, type Check, type Finding } from "./check.ts";

const TIMEOUT_MS = 5_000;

const CURES = {
  postgres: "Look at the database: is it running, and is DATABASE_URL right?",
  temporal: "Chats with running agents go on; agents are not started meanwhile. Is TEMPORAL_ADDRESS right?",
  docker: "Is the Docker Engine running (systemctl status docker), and is the worker?",
} as const;

export function apiChecks(url: URL): readonly Check[] {
  // One call for its three parts.
  const readiness = once(() => fetch(new URL("/readyz", url), { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: "error" }));
  const part = (name: keyof typeof CURES): Check => ({
    name: `ready: ${name}`,
    run: async () => {
      const response = await readiness().catch(() => null);
      if (response === null) return warn("unknown, because the api does not answer", "See the check `api`.");
      const parsed = readinessSchema.safeParse(await response.clone().json());
      if (!parsed.success)
        return fail("the answer of /readyz cannot be understood", "Are this command and the installation of one version?");
      const { status, detail } = parsed.data.parts[name];
      return status === "ok"
        ? ok(detail || "ready")
        : { status: status === "down" ? "fail" : "warn", detail, cure: CURES[name] };
    },
  });
  return [{ name: "api", run: () => answers(url) }, part("postgres"), part("temporal"), part("docker")];
}

async function answers(url: URL): Promise<Finding> {
  try {
    const response = await fetch(new URL("/healthz", url), { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: "error" });
    if (response.ok) return ok(`${url.origin} answers`);
    return warn(
      `${url.origin} answers ${response.status}`,
      "Is this the right address? --url or MOSAIC_URL names another one.",
    );
  } catch {
    return fail(`${url.origin} does not answer`, "mosaic up");
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= work());
}
