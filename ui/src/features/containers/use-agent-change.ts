// A change of a system agent.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { fleetKeys, systemAgentKeys } from "../../api/cache-keys.ts";

/** Makes the change; then the lists that show the agent are read again. */
export function useAgentChange<T>(change: (input: T) => Promise<unknown>, onDone: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    // A new agent may come with a key: it must not stay in the cache.
    gcTime: 0,
    mutationFn: change,
    onSuccess: async () => {
      onDone();
      await queryClient.invalidateQueries({ queryKey: systemAgentKeys.all });
      await queryClient.invalidateQueries({ queryKey: fleetKeys.all });
    },
  });
}
