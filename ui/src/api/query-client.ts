// How reads are cached, refreshed and tried again. Changes are never tried again by themselves.
import { QueryClient } from "@tanstack/react-query";
import { mayRetry } from "./errors.ts";

const STALE_MS = 30_000;
const RETRIES = 2;

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        retry: (failures, error) => failures < RETRIES && mayRetry(error),
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false },
    },
  });
}
