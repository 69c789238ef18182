// Who may call which route: one function for the public listener, made from the route's own declaration.
import type { KeyObject } from "node:crypto";
import type { Request } from "express";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Principal } from "../../contracts/core/principal.ts";
import type { Credential } from "../../db/core/admission.ts";
import { isUnsafe, type Route } from "./define-route.ts";
import type { Authenticator } from "./authenticate.ts";
import { isAllowedCrossOrigin } from "./cors.ts";
import { checkCsrfToken, checkOrigin } from "./csrf.ts";
import type { OnboardingGate } from "./onboarding-gate.ts";
import type { RateLimits } from "./rate-limits.ts";
import { addressGroup } from "./remote-address.ts";

export interface Identified {
  /** Null where anyone may call, or the handler itself finds out who calls. */
  readonly principal: Principal | null;
  readonly credential: Credential | null;
}

/** Decides whether a request may go on to its handler; throws the FleetError that says why not. */
export interface Admission {
  /** Who calls; counts the call. */
  identify(route: Route, request: Request, remoteAddress: string): Promise<Identified>;
  /** Looks the same caller up once more: their access may have ended since. @throws FleetError UNAUTHENTICATED */
  identifyAgain(route: Route, request: Request, before: Identified): Promise<Identified>;
  /** Whether who calls may do so. Apart from the above, so that the refusal of a known caller can be put on record. */
  authorise(route: Route, principal: Principal | null): void;
}

export interface PublicAdmissionDeps {
  readonly authenticator: Authenticator;
  readonly onboarding: OnboardingGate;
  readonly limits: RateLimits;
  readonly csrfKey: KeyObject;
  readonly publicUrl: URL | null;
  readonly corsOrigins: readonly string[];
}

export function createPublicAdmission(deps: PublicAdmissionDeps): Admission {
  return {
    identify: (route, request, remoteAddress) => identify(deps, { route, request, remoteAddress }),
    async identifyAgain(_route, _request, before) {
      if (before.principal === null || before.credential === null) return before;
      const principal = await deps.authenticator.resolve(before.credential);
      if (principal === null) throw unauthenticated();
      return { ...before, principal };
    },
    authorise,
  };
}

interface Call {
  readonly route: Route;
  readonly request: Request;
  readonly remoteAddress: string;
}

async function identify(deps: PublicAdmissionDeps, { route, request, remoteAddress }: Call): Promise<Identified> {
  await deps.onboarding.check(route.onboarding ?? "after");
  // Neither cookie nor origin plays a part there: a browser never sends a broker secret automatically.
  if (route.who === "broker") return { principal: null, credential: null };
  const credential = deps.authenticator.credentialOf(request);
  if (isUnsafe(route.method) && !isAllowedCrossOrigin(request, deps.corsOrigins)) checkOrigin(request, deps.publicUrl);
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
  return { principal, credential: shown };
}

/** A caller whose credential was not looked up yet is counted by the credential itself. */
function rateKeyOf(credential: Credential): string {
  return credential.carrier === "key" ? credential.keyId : (credential.hashes[0]?.toString("hex") ?? "");
}

async function refuseUnauthenticated(limits: RateLimits, remoteAddress: string): Promise<never> {
  await limits.consume("anonymous", addressGroup(remoteAddress));
  throw unauthenticated();
}

function unauthenticated(): FleetError {
  return new FleetError("UNAUTHENTICATED", "Sign in first, or send a valid key.");
}

/** @throws FleetError FORBIDDEN; UNAUTHENTICATED where a caller must be known and is not */
function authorise(route: Route, principal: Principal | null): void {
  if (route.who === "public" || route.who === "broker" || route.authentication === "handler") return;
  if (principal?.kind !== "human") throw unauthenticated();
  switch (route.who) {
    case "user":
      if (route.scope !== undefined && principal.scopes.includes(route.scope)) return;
      throw new FleetError("FORBIDDEN", `This key lacks the scope ${route.scope ?? ""}.`);
    case "session":
      if (principal.carrier === "session") return;
      throw new FleetError("FORBIDDEN", "This requires a browser session; a key is not enough.");
    case "admin":
      if (principal.carrier === "session" && principal.systemRole === "admin") return;
      throw new FleetError("FORBIDDEN", "Only administrators signed in with a session can do this.");
    case "container":
      throw new FleetError("NOT_FOUND", "There is nothing at this address.");
  }
}
