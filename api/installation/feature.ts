// The installation itself, as the api knows it.
import type { ApiDeps } from "../deps.ts";
import type { ApiFeature } from "../http/feature.ts";
import { createHealthRoutes } from "./health-routes.ts";
import { createOnboardingRoutes } from "./onboarding-routes.ts";
import { createSmtpRoutes } from "./smtp-routes.ts";
import { createIsolationRoutes } from "./isolation-routes.ts";
import { createOutboundRoutes } from "./outbound-routes.ts";

export const installationFeature: ApiFeature<ApiDeps> = {
  name: "installation",
  routes: (deps) => [
    ...createHealthRoutes(deps),
    ...createOnboardingRoutes(deps),
    ...createSmtpRoutes(deps),
    ...createIsolationRoutes(deps),
    ...createOutboundRoutes(deps),
  ],
};
