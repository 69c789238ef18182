// The audit log, as the api knows it.
import type { ApiDeps } from "../deps.ts";
import type { ApiFeature } from "../http/feature.ts";
import { createAuditEventRoutes } from "./audit-routes.ts";

export const auditFeature: ApiFeature<ApiDeps> = {
  name: "audit",
  routes: (deps) => [...createAuditEventRoutes(deps)],
};
