// The kinds of callers, and what a handler has of each once it is let in. What a kind has not does not compile.
import type { AgentPrincipal, ContainerPrincipal, HumanPrincipal } from "../../contracts/core/principal.ts";
import type { Credential } from "../../db/core/admission.ts";

export interface CallerOf {
  /** Anyone. `credential`: what they showed all the same, not looked up. */
  readonly public: { readonly credential: Credential | null };
  /** A browser session. */
  readonly session: { readonly user: HumanPrincipal; readonly credential: Credential };
  /** A person: by session, or by a personal key with the route's scope. */
  readonly user: { readonly user: HumanPrincipal };
  /** Who has data and a container of their own: a person as `user`, or an agent by a key with the route's scope. */
  readonly tenant: { readonly caller: HumanPrincipal | AgentPrincipal };
  /**
   * As `tenant`, but the handler itself looks the credential and its scope up, because it does so in the same round trip to
   * Postgres as its own work (the chat's hot path). It reads the body itself too: of a stranger none is read.
   */
  readonly credential: { readonly credential: Credential };
  /** An agent, by any key of its own; by one with the route's scope where there is one. */
  readonly agent: { readonly agent: AgentPrincipal };
  /** A person as `user`; or someone unknown: then it is null. */
  readonly anyone: { readonly user: HumanPrincipal | null };
  /** The session of an administrator. */
  readonly admin: { readonly user: HumanPrincipal };
  /** An agent container, on the internal listener. */
  readonly container: { readonly container: ContainerPrincipal };
  /** A secret or key of the credential broker, which the handler looks at in the order of the broker's contract. */
  readonly broker: object;
}

export type Who = keyof CallerOf;

/** One who was let in. */
export type Caller<W extends Who = Who> = { readonly [K in W]: { readonly who: K } & CallerOf[K] }[W];

/** Kinds that a key with the route's scope may be. */
export const SCOPED: ReadonlySet<Who> = new Set<Who>(["user", "tenant", "credential", "anyone"]);

export function isCaller<W extends Who>(who: W, caller: Caller): caller is Caller & Caller<W> {
  return caller.who === who;
}
