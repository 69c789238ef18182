// Health for probes, metrics for Prometheus.
import { z } from "zod";
import { readinessSchema, type Readiness } from "../../contracts/installation/health.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { assertMayReadMetrics } from "../http/metrics-access.ts";
import { checkReadiness } from "../http/readiness.ts";

const ALIVE = { 200: { description: "The process answers.", schema: z.strictObject({ status: z.literal("ok") }) } } as const;
const EXAMPLE: Readiness = {
  status: "degraded",
  parts: {
    postgres: { status: "ok", detail: "" },
    temporal: { status: "degraded", detail: "The workflow service does not answer." },
    docker: { status: "ok", detail: "" },
    isolation: { status: "ok", detail: "" },
  },
};

export function createHealthRoutes(
  deps: Pick<ApiDeps, "db" | "databaseProbeMs" | "pingTemporal" | "internalListenerBound" | "metrics" | "metricsToken" | "log">,
): readonly Route[] {
  return [
    createLivenessRoute(),
    defineRoute({
      method: "get",
      path: "/readyz",
      operationId: "getReadiness",
      summary: "Check readiness and dependencies",
      who: "public",
      onboarding: "always",
      rateLimit: "health",
      responses: {
        200: {
          description: "Ready; `degraded` if a dependency other than Postgres is unavailable.",
          schema: readinessSchema,
          example: EXAMPLE,
        },
        503: { description: "Postgres is unavailable.", schema: readinessSchema },
      },
      handler: async () => {
        const readiness = await checkReadiness(deps);
        return { status: readiness.status === "down" ? 503 : 200, body: readiness };
      },
    }),
    defineRoute({
      method: "get",
      path: "/metrics",
      operationId: "getMetrics",
      summary: "Read metrics in the Prometheus text format",
      who: "public",
      onboarding: "always",
      rateLimit: "health",
      errors: ["UNAUTHENTICATED"],
      responses: { 200: { description: "The metrics.", contentType: "text/plain" } },
      handler: async ({ request }) => {
        assertMayReadMetrics(request, deps.metricsToken);
        const { registry } = deps.metrics;
        return { status: 200, body: await registry.metrics(), headers: { "content-type": registry.contentType } };
      },
    }),
  ];
}

/** Also on the internal listener, where containers ask it. */
export function createLivenessRoute(): Route {
  return defineRoute({
    method: "get",
    path: "/healthz",
    operationId: "getLiveness",
    summary: "Check liveness",
    who: "public",
    onboarding: "always",
    rateLimit: "health",
    responses: ALIVE,
    handler: async () => ({ status: 200, body: { status: "ok" } }),
  });
}
