// The caller's API keys.
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { apiKeyCreatedSchema, apiKeyCreateSchema, ApiKeyView } from "../../../../contracts/sign-in/session.ts";
import type { ApiClient } from "../../api/client.ts";

const PATH = "/api/me/keys";
export const keyKeys = { all: ["keys"] } as const;
export type KeyInput = z.input<typeof apiKeyCreateSchema>;
export type CreatedKey = z.infer<typeof apiKeyCreatedSchema>;

export const keysQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: keyKeys.all,
    queryFn: async ({ signal }) => (await api.call<{ keys: ApiKeyView[] }>("GET", PATH, { signal })).keys,
  });

export const createKey = (api: ApiClient, body: KeyInput) => api.call<CreatedKey>("POST", PATH, { body });
export const revokeKey = (api: ApiClient, keyId: string) =>
  api.call<undefined>("DELETE", `${PATH}/${encodeURIComponent(keyId)}`);
