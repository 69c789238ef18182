// Agents with keys of their own, in values for browsers: statuses, scopes, overlaps, the shape of a key. No validator comes with them.
import { AGENT_ONLY_SCOPES, SCOPES } from "../core/principal.ts";

export const AGENT_STATUSES = ["active", "disabled"] as const;
export type AgentStatus = (typeof AGENT_STATUSES)[number];

/**
 * Who disabled an agent. Its owner can enable one that the owner disabled, or that their own deactivation did; one that an
 * administrator disabled only an administrator can.
 */
export const AGENT_DISABLED_BY = ["owner", "administrator", "owner_deactivated"] as const;
export type AgentDisabledBy = (typeof AGENT_DISABLED_BY)[number];

/** What an agent's key may be used for. An agent has no session: all that it may do stands on its key. */
export const AGENT_SCOPES = { ...SCOPES, ...AGENT_ONLY_SCOPES } as const;
export type AgentScope = keyof typeof AGENT_SCOPES;
// oxlint-disable-next-line typescript/consistent-type-assertions -- the keys of a constant object are its type's keys
export const ALL_AGENT_SCOPES = Object.keys(AGENT_SCOPES) as readonly AgentScope[];
/** Those that open something so far; the others are accepted and open what comes later. */
export const OFFERED_AGENT_SCOPES = ALL_AGENT_SCOPES.filter((scope) => Object.hasOwn(SCOPES, scope));
/** What a key is given unless its maker says more. */
export const LEAST_AGENT_SCOPES = ["chat:send"] as const satisfies readonly AgentScope[];

/** For how many hours the old key works beside the new one; 0: it stops working at once. */
export const KEY_OVERLAP_HOURS = [0, 1, 24] as const;
export type KeyOverlapHours = (typeof KEY_OVERLAP_HOURS)[number];

export const AGENT_DESCRIPTION_MAX_CHARS = 500;
export const KEY_DESCRIPTION_MAX_CHARS = 200;
export const KEY_EXPIRES_IN_DAYS_MAX = 3_650;
export const AGENTS_PER_OWNER_MAX = 50;
/** Of one agent, revoked and expired ones not counted. */
export const KEYS_PER_AGENT_MAX = 20;

export const AGENT_HANDLE_MAX_CHARS = 40;
/** 1 to 40 lower-case letters, digits and inner hyphens; unique among the agents of one owner. */
export const AGENT_HANDLE = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** The public part of a key: what lists and logs show. */
export const AGENT_KEY_ID = /^oak_live_[a-z2-7]{20}$/;
/** A whole key: public part, 43 characters of secret, 6 of check sum. Not anchored: for scanners of repositories, too. */
export const AGENT_KEY_PATTERN = "\\boak_live_[a-z2-7]{20}_[0-9A-Za-z]{49}\\b";

/** `Authorization: Agent <key>`, or this header. Both at once are refused with 400. */
export const AGENT_KEY_HEADER = "x-oa-agent-key";
export const AGENT_AUTH_SCHEME = "Agent";
