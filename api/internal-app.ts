// The internal application: agent containers fetch their configuration here. Its route table is its own and complete.
import type { Express } from "express";
import type { Logger } from "pino";
import type { AgentFetchDeps } from "./agent-config/agent-fetch.ts";
import { bareApp } from "./http/bare-app.ts";
import { createInternalDoor } from "./containers/container-admission.ts";
import type { Route } from "./http/define-route.ts";
import type { ApiMetrics } from "./http/metrics.ts";
import { answerError, answerNotFound } from "./http/errors.ts";
import { dropForeignHeaders } from "./http/ingress.ts";
import type { RateLimits } from "./http/rate-limits.ts";
import { registerRequest } from "./http/request-facts.ts";
import { setSecurityHeaders } from "./http/security-headers.ts";
import { mountRoutes } from "./http/mount-routes.ts";
import type { Outbound } from "./http/outbound.ts";
import { createLivenessRoute } from "./installation/health-routes.ts";
import { createInternalAgentConfigRoutes } from "./agent-config/internal-agent-config-routes.ts";

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
