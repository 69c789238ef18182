// Credentials that CI leases, their leases, and the broker's keys, for administrators.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { PoolStatus } from "../../../../contracts/leases/credential-broker.ts";
import type {
  brokerKeyCreatedSchema,
  brokerKeyCreateSchema,
  brokerKeyListSchema,
  credentialAddSchema,
  credentialListSchema,
  credentialWaitersSchema,
  kindLimitsChangeSchema,
  leaseEventListSchema,
} from "../../../../contracts/leases/credential-pools.ts";
import { queryString } from "../../components/use-list-search.ts";
import type { ApiClient } from "../../api/client.ts";

export type Pool = PoolStatus;
export type PooledCredential = z.infer<typeof credentialListSchema>["credentials"][number];
export type LeaseEvent = z.infer<typeof leaseEventListSchema>["events"][number];
export type BrokerKey = z.infer<typeof brokerKeyListSchema>["keys"][number];
export type BrokerKeyInput = z.input<typeof brokerKeyCreateSchema>;
export type CreatedBrokerKey = z.infer<typeof brokerKeyCreatedSchema>;
export type NewCredential = z.input<typeof credentialAddSchema>;
export type LimitsChange = z.input<typeof kindLimitsChangeSchema>;
export type CredentialVerb = "release" | "enable" | "disable";

const PATH = "/api/admin";
const POLL_MS = 5_000;
/** The most that the api lists at once; see contracts/leases/credential-lease.ts. */
export const LISTED_MAX = 500;

export const credentialKeys = { all: ["credentials"], brokerKeys: ["broker-keys"] } as const;
const inPath = (part: string): string => encodeURIComponent(part);

export const poolsQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: [...credentialKeys.all, "pools"],
    queryFn: async ({ signal }) => (await api.call<{ pools: Pool[] }>("GET", `${PATH}/credential-pools`, { signal })).pools,
    refetchInterval: POLL_MS,
  });

export const waitersQuery = (api: ApiClient, kind: string) =>
  queryOptions({
    queryKey: [...credentialKeys.all, "waiters", kind],
    queryFn: async ({ signal }) => {
      const path = `${PATH}/credential-pools/${inPath(kind)}/waiters`;
      return (await api.call<z.infer<typeof credentialWaitersSchema>>("GET", path, { signal })).waiters;
    },
    refetchInterval: POLL_MS,
  });

export const credentialsQuery = (api: ApiClient, kind: string | undefined) =>
  queryOptions({
    queryKey: [...credentialKeys.all, "list", kind],
    queryFn: async ({ signal }) => {
      const path = `${PATH}/credentials${queryString({ kind, limit: LISTED_MAX })}`;
      return (await api.call<z.infer<typeof credentialListSchema>>("GET", path, { signal })).credentials;
    },
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });

export const leaseEventsQuery = (api: ApiClient, asked: { kind: string | undefined; credentialId: string | undefined }) =>
  queryOptions({
    queryKey: [...credentialKeys.all, "events", asked],
    queryFn: async ({ signal }) => {
      const path = `${PATH}/credential-events${queryString({ ...asked, limit: LISTED_MAX })}`;
      return (await api.call<z.infer<typeof leaseEventListSchema>>("GET", path, { signal })).events;
    },
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });

/** The payload must not stay in the cache: give the mutation no time there. */
export const addCredential = (api: ApiClient, body: NewCredential) =>
  api.call<PooledCredential>("POST", `${PATH}/credentials`, { body });
export const changeCredential = (api: ApiClient, id: string, { verb, reason }: { verb: CredentialVerb; reason: string }) =>
  api.call<unknown>("POST", `${PATH}/credentials/${id}/${verb}`, { body: { reason } });
export const changeLimits = (api: ApiClient, kind: string, body: LimitsChange) =>
  api.call<unknown>("PATCH", `${PATH}/credential-pools/${inPath(kind)}/limits`, { body });

export const brokerKeysQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: credentialKeys.brokerKeys,
    queryFn: async ({ signal }) =>
      (await api.call<z.infer<typeof brokerKeyListSchema>>("GET", `${PATH}/credential-keys`, { signal })).keys,
  });
export const createBrokerKey = (api: ApiClient, body: BrokerKeyInput) =>
  api.call<CreatedBrokerKey>("POST", `${PATH}/credential-keys`, { body });
export const revokeBrokerKey = (api: ApiClient, keyId: string) =>
  api.call<undefined>("DELETE", `${PATH}/credential-keys/${encodeURIComponent(keyId)}`);
