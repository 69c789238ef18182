// Who may call which route: the table of all kinds of callers, with how it is found out who calls and what lets them in.
import type { Request } from "express";
import { FleetError } from "../../contracts/core/errors.ts";
import type { AgentPrincipal, HumanPrincipal, Principal } from "../../contracts/core/principal.ts";
import type { Credential } from "../../db/core/admission.ts";
import type { Route } from "./define-route.ts";
import type { Caller, Who } from "./who.ts";

export interface Identified {
  /** Null where anyone may call, or the handler itself finds out who calls. */
  readonly principal: Principal | null;
  readonly credential: Credential | null;
}

export interface Call {
  readonly route: Route;
  readonly request: Request;
  readonly remoteAddress: string;
}

/** A way to find out who calls, and whether they still do. */
export interface Identification {
  /** Who calls; counts the call. */
  identify(call: Call): Promise<Identified>;
  /** Looks the same caller up once more: their access may have ended since. @throws FleetError UNAUTHENTICATED */
  identifyAgain(call: Call, before: Identified): Promise<Identified>;
}

/**
 * `nothing`: nobody is looked for; `signIn`: session or key; `signInOrNothing`: the same if there is one; `unchecked`: it must be
 * there, and the handler looks it up; `broker`: the handler does all; `containerToken`: an agent container's own.
 */
export type Way = "nothing" | "signIn" | "signInOrNothing" | "unchecked" | "broker" | "containerToken";

/** What the ways are on one listener. */
export type Door = Readonly<Record<Way, Identification>>;

export interface Access<W extends Who> {
  readonly by: Way;
  /** What opens the route is a key or secret that no page of another site has, so that it may be called by any host name. */
  readonly byAnyHostName?: true;
  /**
   * Whether who calls may do so, and what the handler has of them. Apart from the way, so that the refusal of a known caller can
   * be put on record. @throws FleetError FORBIDDEN, UNAUTHENTICATED
   */
  admit(route: Route, known: Identified): Caller<W>;
}

export const ACCESS: { readonly [W in Who]: Access<W> } = {
  public: { by: "nothing", admit: (_route, { credential }) => ({ who: "public", credential }) },
  session: {
    by: "signIn",
    admit: (_route, known) => ({ who: "session", user: withSession(known), credential: credentialOf(known) }),
  },
  user: {
    by: "signIn",
    byAnyHostName: true,
    admit: (route, known) => ({ who: "user", user: withScope(route, person(known)) }),
  },
  tenant: {
    by: "signIn",
    byAnyHostName: true,
    admit: (route, known) => ({ who: "tenant", caller: withScope(route, personOrAgent(known)) }),
  },
  credential: {
    by: "unchecked",
    byAnyHostName: true,
    admit: (_route, known) => ({ who: "credential", credential: credentialOf(known) }),
  },
  agent: {
    by: "signIn",
    byAnyHostName: true,
    admit: (route, known) => ({ who: "agent", agent: withScope(route, agent(known)) }),
  },
  anyone: {
    by: "signInOrNothing",
    byAnyHostName: true,
    admit: (route, known) => ({ who: "anyone", user: known.principal === null ? null : withScope(route, person(known)) }),
  },
  admin: { by: "signIn", admit: (_route, known) => ({ who: "admin", user: asAdministrator(known) }) },
  container: {
    by: "containerToken",
    admit(_route, { principal }) {
      if (principal?.kind !== "container") throw unauthenticated();
      return { who: "container", container: principal };
    },
  },
  broker: { by: "broker", byAnyHostName: true, admit: () => ({ who: "broker" }) },
};

/** For a way that a listener does not have. */
export const NOT_HERE: Identification = { identify: notHere, identifyAgain: notHere };

async function notHere(): Promise<never> {
  throw new FleetError("NOT_FOUND", "There is nothing at this address.");
}

export function unauthenticated(): FleetError {
  return new FleetError("UNAUTHENTICATED", "Sign in first, or send a valid key.");
}

function credentialOf({ credential }: Identified): Credential {
  if (credential === null) throw unauthenticated();
  return credential;
}

function personOrAgent({ principal }: Identified): HumanPrincipal | AgentPrincipal {
  if (principal?.kind === "human" || principal?.kind === "agent") return principal;
  throw unauthenticated();
}

function person(known: Identified): HumanPrincipal {
  const caller = personOrAgent(known);
  if (caller.kind === "human") return caller;
  throw new FleetError("FORBIDDEN", "Only people can do this, not agents.");
}

function agent(known: Identified): AgentPrincipal {
  const caller = personOrAgent(known);
  if (caller.kind === "agent") return caller;
  throw new FleetError("FORBIDDEN", "Only agents can do this, by a key of their own.");
}

function withSession(known: Identified): HumanPrincipal {
  const caller = person(known);
  if (caller.carrier === "session") return caller;
  throw new FleetError("FORBIDDEN", "This requires a browser session; a key is not enough.");
}

function asAdministrator(known: Identified): HumanPrincipal {
  const caller = person(known);
  if (caller.carrier === "session" && caller.systemRole === "admin") return caller;
  throw new FleetError("FORBIDDEN", "Only administrators signed in with a session can do this.");
}

/** Routes without a scope are open to every key of their kind: see SCOPED. */
function withScope<P extends HumanPrincipal | AgentPrincipal>({ scope }: Route, caller: P): P {
  if (scope === undefined || caller.scopes.includes(scope)) return caller;
  throw new FleetError("FORBIDDEN", `This key lacks the scope ${scope}.`);
}
