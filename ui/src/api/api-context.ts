// Gives the pages the api's client.
import { createContext, use } from "react";
import type { ApiClient } from "./client.ts";

export const ApiContext = createContext<ApiClient | null>(null);

export function useApi(): ApiClient {
  const api = use(ApiContext);
  if (api === null) throw new Error("There is no ApiContext around this component.");
  return api;
}
