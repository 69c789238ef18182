// How the installation reaches what is outside, for administrators.
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { outboundSettingsSchema, OutboundTestResult, OutboundView } from "../../../../contracts/installation/outbound.ts";
import type { ApiClient } from "../../api/client.ts";

export type { OutboundView };
export type OutboundInput = z.input<typeof outboundSettingsSchema>;

const PATH = "/api/system-config/outbound";

export const outboundQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ["system-config", "outbound"],
    queryFn: ({ signal }) => api.call<OutboundView>("GET", PATH, { signal }),
  });
export const setOutbound = (api: ApiClient, body: OutboundInput) => api.call<OutboundView>("PUT", PATH, { body });
export const resetOutbound = (api: ApiClient) => api.call<OutboundView>("DELETE", PATH);
export const tryAddress = (api: ApiClient, url: string) =>
  api.call<OutboundTestResult>("POST", `${PATH}/test`, { body: { url } });
