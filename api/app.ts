// The public application: fixed middleware in a fixed order, then the declared routes.
import express, { type Express } from "express";
import { createPublicAdmission } from "./admission.ts";
import type { Route } from "./define-route.ts";
import type { ApiDeps } from "./deps.ts";
import { createAuthenticator } from "./middleware/authenticate.ts";
import { answerError, answerErrorsAs, answerNotFound } from "./middleware/errors.ts";
import { checkHost, dropForeignHeaders } from "./middleware/ingress.ts";
import { registerRequest } from "./middleware/request-facts.ts";
import { setSecurityHeaders } from "./middleware/security-headers.ts";
import { serveUi } from "./middleware/serve-ui.ts";
import { mountRoutes } from "./mount-routes.ts";
import { publicRoutes } from "./public-routes.ts";

/** `furtherRoutes`: those with dependencies of their own, such as the chat's. */
export function createApp(deps: ApiDeps, furtherRoutes: readonly Route[] = []): Express {
  const app = bareApp();
  // Never `true`: then anybody could forge their address.
  app.set("trust proxy", deps.trustedProxies.length === 0 ? false : [...deps.trustedProxies]);
  app.use(setSecurityHeaders({ https: deps.publicUrl?.protocol === "https:" }));
  app.use(registerRequest({ log: deps.log, metrics: deps.metrics, listener: "public" }));
  app.use(deps.brokerPrefix, answerErrorsAs("broker"));
  app.use(dropForeignHeaders);
  app.use(checkHost(deps.publicUrl));
  const admission = createPublicAdmission({
    authenticator: createAuthenticator(deps),
    onboarding: deps.onboarding,
    limits: deps.limits,
    csrfKey: deps.db.keyring.csrfKey,
    publicUrl: deps.publicUrl,
  });
  mountRoutes(app, publicRoutes(deps, furtherRoutes), { admission, db: deps.db, limits: deps.limits });
  app.use(serveUi(deps.ui));
  app.use(answerNotFound);
  app.use(answerError);
  return app;
}

/** Express without what would tell about us or guess at types. */
export function bareApp(): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("case sensitive routing");
  app.enable("strict routing");
  app.set("query parser", "simple");
  return app;
}
