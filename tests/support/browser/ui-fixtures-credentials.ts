// What the api would answer on the pages of the credentials that CI leases.
import type { PoolStatus } from "../../../contracts/leases/credential-broker.ts";
import {
  brokerKeyListSchema,
  credentialListSchema,
  credentialPoolsSchema,
  credentialWaitersSchema,
  leaseEventListSchema,
} from "../../../contracts/leases/credential-pools.ts";
import type { z } from "zod";
import { ago, hold, NOW, SIGNED_IN, uuid, type Answers, type PageAtRest } from "./ui-fixtures.ts";

const MINUTE_MS = 60_000;
const DAY = 60 * 24;
const msAgo = (minutes: number): number => NOW.getTime() - minutes * MINUTE_MS;
const NO_LIMITS = { maxLeaseTtlMs: null, maxLifetimeMs: null, coolDownMs: null, maxLeases: null };

const pool = (kind: string, more: Partial<PoolStatus>): PoolStatus => ({
  kind,
  total: 0,
  free: 0,
  unavailable: { disabled: 0, quarantined: 0, leased: 0, expiry_pending: 0, cooling_down: 0 },
  waiters: 0,
  exhausted: null,
  nextExpiryMs: null,
  limits: NO_LIMITS,
  ...more,
});
const pools: readonly PoolStatus[] = [
  pool("discord", {
    total: 12,
    free: 7,
    unavailable: { disabled: 1, quarantined: 0, leased: 4, expiry_pending: 0, cooling_down: 0 },
    nextExpiryMs: 9 * MINUTE_MS,
  }),
  pool("telegram", {
    total: 6,
    unavailable: { disabled: 0, quarantined: 1, leased: 4, expiry_pending: 0, cooling_down: 1 },
    waiters: 3,
    exhausted: "all_leased",
    nextExpiryMs: 4 * MINUTE_MS,
    limits: { maxLeaseTtlMs: 20 * MINUTE_MS, maxLifetimeMs: null, coolDownMs: MINUTE_MS, maxLeases: 5 },
  }),
  pool("whatsapp", {
    total: 2,
    unavailable: { disabled: 0, quarantined: 2, leased: 0, expiry_pending: 0, cooling_down: 0 },
    exhausted: "all_disabled",
  }),
];

type Credential = z.output<typeof credentialListSchema>["credentials"][number];
const credential = (number: number, more: Partial<Credential>): Credential => ({
  credentialId: uuid(600 + number),
  kind: "telegram",
  status: "active",
  note: `pool-${number}`,
  createdAtMs: msAgo(DAY * 60),
  updatedAtMs: msAgo(number * 7),
  lastLeasedAtMs: msAgo(number * 11),
  fence: 40 + number,
  quarantinedAtMs: null,
  quarantineReason: null,
  coolUntilMs: null,
  lease: null,
  ...more,
});
const lease = (ownerId: string, minutes: number, more: Partial<NonNullable<Credential["lease"]>> = {}) => ({
  leaseId: uuid(700),
  ownerId,
  actorRole: "ci" as const,
  actorId: "mbk_abcdefghij0123456789",
  acquiredAtMs: msAgo(minutes),
  heartbeatAtMs: msAgo(0.4),
  expiresAtMs: msAgo(minutes - 20),
  mustEndAtMs: null,
  quarantineOnExpiry: false,
  expiryRecordedAtMs: null,
  ...more,
});
const credentials: readonly Credential[] = [
  credential(1, { kind: "discord" }),
  credential(2, { lease: lease("qa-lab-ci-11976-2d63f2f1", 16) }),
  credential(3, { lease: lease("qa-lab-ci-11980-77aa01c9", 3) }),
  credential(4, { coolUntilMs: msAgo(-1) }),
  credential(5, { lease: lease("qa-lab-ci-11801-0b0c99aa", 40), note: null }),
  credential(6, {
    kind: "whatsapp",
    status: "disabled",
    quarantinedAtMs: msAgo(300),
    quarantineReason: "logged out by the provider",
  }),
  credential(7, { kind: "discord", status: "disabled", lastLeasedAtMs: 0 }),
];

type Event = z.output<typeof leaseEventListSchema>["events"][number];
const event = (id: number, type: Event["type"], more: Partial<Event> = {}): Event => ({
  id: 9_000 - id,
  type,
  occurredAtMs: msAgo(id * 6),
  kind: "telegram",
  credentialId: uuid(602),
  leaseId: uuid(700),
  fence: 42,
  ownerId: "qa-lab-ci-11976-2d63f2f1",
  actorRole: "ci",
  actorId: "mbk_abcdefghij0123456789",
  expiresAtMs: null,
  code: null,
  message: null,
  ...more,
});
const events: readonly Event[] = [
  event(1, "acquire"),
  event(2, "acquire_failed", { credentialId: null, fence: null, leaseId: null, ownerId: "qa-lab-ci-11999-aa01" }),
  event(3, "force_release", { actorRole: "maintainer", actorId: "env:maintainer", message: "the runner is gone" }),
  event(4, "expired", { actorRole: null, actorId: null }),
  event(5, "quarantine", { kind: "whatsapp", credentialId: uuid(606), message: "logged out by the provider" }),
  event(6, "release"),
];

type Key = z.output<typeof brokerKeyListSchema>["keys"][number];
const key = (number: number, more: Partial<Key>): Key => ({
  keyId: `mbk_abcdefghij012345678${number}`,
  name: "Nightly runs",
  role: "ci",
  kinds: null,
  lastFour: "x4Qd",
  createdBy: uuid(1),
  createdAt: ago(DAY * 30),
  expiresAt: ago(-DAY * 60),
  revokedAt: null,
  lastUsedAt: ago(2),
  ...more,
});

export const CREDENTIAL_ANSWERS: Answers = {
  "GET /api/admin/credential-pools": { body: hold(credentialPoolsSchema, { pools: [...pools] }) },
  "GET /api/admin/credential-pools/telegram/waiters": {
    body: hold(credentialWaitersSchema, {
      waiters: [1, 2, 3].map((number) => ({
        waiterId: uuid(800 + number),
        ownerId: `qa-lab-ci-1200${number}-5e55`,
        actorRole: "ci" as const,
        actorId: "mbk_abcdefghij0123456789",
        sinceMs: msAgo(4 - number),
      })),
    }),
  },
  "GET /api/admin/credentials": { body: hold(credentialListSchema, { credentials: [...credentials] }) },
  "GET /api/admin/credential-events": { body: hold(leaseEventListSchema, { events: [...events] }) },
  "GET /api/admin/credential-keys": {
    body: hold(brokerKeyListSchema, {
      keys: [
        key(1, {}),
        key(2, {
          name: "Release lab",
          role: "maintainer",
          kinds: ["telegram", "discord"],
          expiresAt: ago(-DAY * 5),
          lastFour: "9fTz",
        }),
        key(3, { name: "Old runner", revokedAt: ago(DAY * 2), lastUsedAt: null, expiresAt: null, lastFour: "0aBc" }),
      ],
    }),
  },
};

const NOTHING: Answers = { "GET /api/admin/credential-pools": { body: hold(credentialPoolsSchema, { pools: [] }) } };

export const CREDENTIAL_PAGES: readonly PageAtRest[] = [
  { name: "credential-pools", path: "/admin/credentials", answers: SIGNED_IN },
  { name: "credential-pools-empty", path: "/admin/credentials", answers: { ...SIGNED_IN, ...NOTHING } },
  { name: "credential-leases", path: "/admin/credentials?tab=credentials", answers: SIGNED_IN },
  { name: "credential-events", path: "/admin/credentials?tab=events", answers: SIGNED_IN },
  { name: "credential-keys", path: "/admin/credentials?tab=keys", answers: SIGNED_IN },
];
