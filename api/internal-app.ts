// The internal application: agent containers fetch their configuration here. Its route table is its own and complete.
import type { Express } from "express";
import type { Logger } from "pino";
import type { Database } from "../db/database.ts";
import { bareApp } from "./app.ts";
import { createContainerAdmission } from "./container-admission.ts";
import type { Route } from "./define-route.ts";
import type { ApiMetrics } from "./metrics.ts";
import { answerError, answerNotFound } from "./middleware/errors.ts";
import { dropForeignHeaders } from "./middleware/ingress.ts";
import type { RateLimits } from "./middleware/rate-limits.ts";
import { registerRequest } from "./middleware/request-facts.ts";
import { setSecurityHeaders } from "./middleware/security-headers.ts";
import { mountRoutes } from "./mount-routes.ts";
import { createLivenessRoute } from "./routes/health.ts";
import { createInternalAgentConfigRoutes } from "./routes/internal-agent-config.ts";

export interface InternalAppDeps {
  readonly db: Database;
  readonly log: Logger;
  readonly metrics: ApiMetrics;
  readonly limits: RateLimits;
}

/** Every route of the internal listener. */
export function internalRoutes(deps: Pick<InternalAppDeps, "db">): readonly Route[] {
  return [createLivenessRoute(), ...createInternalAgentConfigRoutes(deps)];
}

export function createInternalApp(deps: InternalAppDeps): Express {
  const app = bareApp();
  app.use(setSecurityHeaders({ https: false }));
  app.use(registerRequest({ log: deps.log, metrics: deps.metrics, listener: "internal" }));
  app.use(dropForeignHeaders);
  const admission = createContainerAdmission(deps);
  mountRoutes(app, internalRoutes(deps), { admission, db: deps.db, limits: deps.limits });
  app.use(answerNotFound);
  app.use(answerError);
  return app;
}
