// The public application: fixed middleware in a fixed order, then the declared routes.
import type { Express } from "express";
import { bareApp } from "./http/bare-app.ts";
import { createPublicDoor } from "./http/admission.ts";
import type { Route } from "./http/define-route.ts";
import type { ApiDeps } from "./deps.ts";
import { isNavigation, sendErrorPage } from "./http/error-page.ts";
import { createAuthenticator } from "./http/authenticate.ts";
import { answerErrors, answerErrorsAs, answerNotFound } from "./http/errors.ts";
import { allowOrigins } from "./http/cors.ts";
import { checkHost, dropForeignHeaders, refuseForeignHost } from "./http/ingress.ts";
import { registerRequest } from "./http/request-facts.ts";
import { setSecurityHeaders } from "./http/security-headers.ts";
import { serveUi } from "./http/serve-ui.ts";
import { mountRoutes } from "./http/mount-routes.ts";
import { publicRoutes } from "./public-routes.ts";
import { serveTemporalUi } from "./temporal-ui/serve.ts";

/** `furtherRoutes`: those with dependencies of their own, such as the chat's. */
export function createPublicApp(deps: ApiDeps, furtherRoutes: readonly Route[] = []): Express {
  const app = bareApp();
  // Never `true`: then anyone could forge their address.
  app.set("trust proxy", deps.trustedProxies.length === 0 ? false : [...deps.trustedProxies]);
  app.use(setSecurityHeaders({ https: deps.publicUrl?.protocol === "https:" }));
  app.use(registerRequest({ log: deps.log, metrics: deps.metrics, listener: "public" }));
  app.use(deps.brokerPrefix, answerErrorsAs("broker"));
  app.use(dropForeignHeaders);
  app.use(checkHost(deps.publicUrl, deps.furtherHosts));
  app.use(allowOrigins(deps.corsOrigins));
  const authenticator = createAuthenticator(deps);
  const door = createPublicDoor({
    authenticator,
    onboarding: deps.onboarding,
    limits: deps.limits,
    csrfKey: deps.db.keyring.csrfKey,
    publicUrl: deps.publicUrl,
    corsOrigins: deps.corsOrigins,
  });
  mountRoutes(app, publicRoutes(deps, furtherRoutes), { door, db: deps.db, limits: deps.limits });
  app.use((request, _response, next) => {
    refuseForeignHost(request);
    next();
  });
  if (deps.temporalUi !== null) app.use(serveTemporalUi({ ...deps.temporalUi, authenticator, publicUrl: deps.publicUrl }));
  app.use(serveUi(deps.ui));
  app.use(answerNotFound);
  app.use(
    answerErrors((request, response, facts) => {
      if (!isNavigation(request)) return false;
      sendErrorPage(request, response, { ...facts, ui: deps.ui });
      return true;
    }),
  );
  return app;
}
