// The internal application: agent containers fetch their configuration here. Its route table is its own and complete.
import type { Express } from "express";
import type { Logger } from "pino";
import type { AgentFetchDeps } from "../agent-config/agent-fetch.ts";
import { bareApp } from "./app.ts";
import { createInternalDoor } from "../containers/container-admission.ts";
import type { Route } from "./define-route.ts";
import type { ApiMetrics } from "./metrics.ts";
import { answerError, answerNotFound } from "./errors.ts";
import { dropForeignHeaders } from "./ingress.ts";
import type { RateLimits } from "./rate-limits.ts";
import { registerRequest } from "./request-facts.ts";
import { setSecurityHeaders } from "./security-headers.ts";
import { mountRoutes } from "./mount-routes.ts";
import type { Outbound } from "../installation/outbound.ts";
import { createLivenessRoute } from "../installation/health-routes.ts";
import { createInternalAgentConfigRoutes } from "../agent-config/internal-agent-config-routes.ts";

export interface InternalAppDeps extends AgentFetchDeps {
  readonly log: Logger;
  readonly metrics: ApiMetrics;
  readonly limits: RateLimits;
  readonly outbound: Pick<Outbound, "way">;
}

/** Every route of the internal listener. */
export function internalRoutes(deps: AgentFetchDeps & Pick<InternalAppDeps, "outbound">): readonly Route[] {
  return [createLivenessRoute(), ...createInternalAgentConfigRoutes(deps)];
}

export function createInternalApp(deps: InternalAppDeps): Express {
  const app = bareApp();
  app.use(setSecurityHeaders({ https: false }));
  app.use(registerRequest({ log: deps.log, metrics: deps.metrics, listener: "internal" }));
  app.use(dropForeignHeaders);
  const door = createInternalDoor(deps);
  mountRoutes(app, internalRoutes(deps), { door, db: deps.db, limits: deps.limits });
  app.use(answerNotFound);
  app.use(answerError);
  return app;
}
