// Who may call which route: one function for the public listener, made from the route's own declaration.
import type { Request } from "express";
import { FleetError } from "../contracts/errors.ts";
import type { HumanPrincipal, Principal } from "../contracts/principal.ts";
import type { Credential } from "../db/repositories/admission.ts";
import { isUnsafe, type Route } from "./define-route.ts";
import type { Authenticator } from "./middleware/authenticate.ts";
import { checkCsrfToken, checkOrigin } from "./middleware/csrf.ts";
import type { OnboardingGate } from "./middleware/onboarding-gate.ts";
import type { RateLimits } from "./middleware/rate-limits.ts";
import { addressGroup } from "./remote-address.ts";

export interface Admitted {
  readonly principal: Principal | null;
  readonly credential: Credential | null;
}

/** Decides whether a request may go on to its handler; throws the FleetError that says why not. */
export interface Admission {
  (route: Route, request: Request, remoteAddress: string): Promise<Admitted>;
}

export interface PublicAdmissionDeps {
  readonly authenticator: Authenticator;
  readonly onboarding: OnboardingGate;
  readonly limits: RateLimits;
  readonly csrfKey: Buffer;
  readonly publicUrl: URL | null;
}

export function createPublicAdmission(deps: PublicAdmissionDeps): Admission {
  return async (route, request, remoteAddress) => {
    await deps.onboarding.check(route.onboarding ?? "after");
    // Neither cookie nor origin plays a part there: a browser sends no broker secret by itself.
    if (route.who === "broker") return { principal: null, credential: null };
    const credential = deps.authenticator.credentialOf(request);
    if (isUnsafe(route.method)) checkOrigin(request, deps.publicUrl);
    if (route.who === "public") {
      await deps.limits.consume(route.rateLimit, addressGroup(remoteAddress));
      return { principal: null, credential };
    }
    const shown = credential ?? (await refuseUnauthenticated(deps.limits, remoteAddress));
    if (isUnsafe(route.method)) checkCsrfToken(request, shown, deps.csrfKey);
    if (route.authentication === "handler") {
      await deps.limits.consume(route.rateLimit, rateKeyOf(shown));
      return { principal: null, credential: shown };
    }
    const principal = (await deps.authenticator.resolve(shown)) ?? (await refuseUnauthenticated(deps.limits, remoteAddress));
    await deps.limits.consume(route.rateLimit, principal.id);
    authorise(route, principal);
    return { principal, credential: shown };
  };
}

/** A caller whose credential was not looked up yet is counted by the credential itself. */
function rateKeyOf(credential: Credential): string {
  return credential.carrier === "key" ? credential.keyId : (credential.hashes[0]?.toString("hex") ?? "");
}

async function refuseUnauthenticated(limits: RateLimits, remoteAddress: string): Promise<never> {
  await limits.consume("anonymous", addressGroup(remoteAddress));
  throw new FleetError("UNAUTHENTICATED", "Sign in first, or send a valid key.");
}

/** @throws FleetError FORBIDDEN */
function authorise(route: Route, principal: HumanPrincipal): void {
  switch (route.who) {
    case "public":
      return;
    case "user":
      if (route.scope !== undefined && principal.scopes.includes(route.scope)) return;
      throw new FleetError("FORBIDDEN", `This key may not do that; it needs the scope ${route.scope ?? ""}.`);
    case "session":
      if (principal.carrier === "session") return;
      throw new FleetError("FORBIDDEN", "This needs a browser session; a key is not enough.");
    case "admin":
      if (principal.carrier === "session" && principal.systemRole === "admin") return;
      throw new FleetError("FORBIDDEN", "This is for administrators, signed in with a session.");
    case "broker":
    case "container":
      throw new FleetError("NOT_FOUND", "Nothing is here under that address.");
  }
}
