// How the public listener finds out who calls: by cookie or key, from a page of ours, not too often.
import type { KeyObject } from "node:crypto";
import type { Credential } from "../../db/core/admission.ts";
import { NOT_HERE, unauthenticated, type Call, type Door, type Identification, type Identified } from "./access.ts";
import { isUnsafe } from "./define-route.ts";
import type { Authenticator } from "./authenticate.ts";
import { isAllowedCrossOrigin } from "./cors.ts";
import { checkCsrfToken, checkOrigin } from "./csrf.ts";
import type { OnboardingGate } from "./onboarding-gate.ts";
import type { RateLimits } from "./rate-limits.ts";
import { addressGroup } from "./remote-address.ts";

export interface PublicDoorDeps {
  readonly authenticator: Authenticator;
  readonly onboarding: OnboardingGate;
  readonly limits: RateLimits;
  readonly csrfKey: KeyObject;
  readonly publicUrl: URL | null;
  readonly corsOrigins: readonly string[];
}

export function createPublicDoor(deps: PublicDoorDeps): Door {
  const { authenticator, onboarding } = deps;
  const nothing: Identification = { identify: (call) => identifyAnyone(deps, call), identifyAgain: unchanged };
  const signIn: Identification = {
    identify: (call) => identifySignedIn(deps, call),
    async identifyAgain(_call, before) {
      const principal = before.credential === null ? null : await authenticator.resolve(before.credential);
      if (principal === null) throw unauthenticated();
      return { ...before, principal };
    },
  };
  return {
    nothing,
    signIn,
    signInOrNothing: {
      identify: (call) => (authenticator.showsCredential(call.request) ? signIn : nothing).identify(call),
      identifyAgain: (call, before) => (before.principal === null ? nothing : signIn).identifyAgain(call, before),
    },
    unchecked: { identify: (call) => identifyByCredential(deps, call), identifyAgain: unchanged },
    broker: {
      async identify({ route }) {
        // Neither cookie nor origin plays a part there: a browser never sends a broker secret automatically.
        await onboarding.check(route.onboarding ?? "after");
        return { principal: null, credential: null };
      },
      identifyAgain: unchanged,
    },
    containerToken: NOT_HERE,
  };
}

const unchanged: Identification["identifyAgain"] = async (_call, before) => before;

async function enter(deps: PublicDoorDeps, { route, request }: Call): Promise<Credential | null> {
  await deps.onboarding.check(route.onboarding ?? "after");
  const credential = deps.authenticator.credentialOf(request);
  if (isUnsafe(route.method) && !isAllowedCrossOrigin(request, deps.corsOrigins)) checkOrigin(request, deps.publicUrl);
  return credential;
}

async function identifyAnyone(deps: PublicDoorDeps, call: Call): Promise<Identified> {
  const credential = await enter(deps, call);
  await deps.limits.consume(call.route.rateLimit, addressGroup(call.remoteAddress));
  return { principal: null, credential };
}

async function identifyByCredential(deps: PublicDoorDeps, call: Call): Promise<Identified> {
  const credential = await requireCredential(deps, call);
  await deps.limits.consume(call.route.rateLimit, rateKeyOf(credential));
  return { principal: null, credential };
}

async function identifySignedIn(deps: PublicDoorDeps, call: Call): Promise<Identified> {
  const credential = await requireCredential(deps, call);
  const principal = (await deps.authenticator.resolve(credential)) ?? (await refuseUnauthenticated(deps, call));
  await deps.limits.consume(call.route.rateLimit, principal.id);
  return { principal, credential };
}

async function requireCredential(deps: PublicDoorDeps, call: Call): Promise<Credential> {
  const credential = (await enter(deps, call)) ?? (await refuseUnauthenticated(deps, call));
  if (isUnsafe(call.route.method)) checkCsrfToken(call.request, credential, deps.csrfKey);
  return credential;
}

/** A caller whose credential was not looked up yet is counted by the credential itself. */
function rateKeyOf(credential: Credential): string {
  return credential.carrier === "session" ? (credential.hashes[0]?.toString("hex") ?? "") : credential.keyId;
}

async function refuseUnauthenticated({ limits }: PublicDoorDeps, { remoteAddress }: Call): Promise<never> {
  await limits.consume("anonymous", addressGroup(remoteAddress));
  throw unauthenticated();
}
