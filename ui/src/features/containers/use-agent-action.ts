// Does something to the agent; then the agent's state is read again.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { agentKeys } from "../../api/cache-keys.ts";
import { useApi } from "../../api/api-context.ts";
import type { ApiClient } from "../../api/client.ts";

export function useAgentAction(mutationFn: (api: ApiClient) => Promise<unknown>, onDone: () => void) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => mutationFn(api),
    onSuccess: async () => {
      onDone();
      await queryClient.invalidateQueries({ queryKey: agentKeys.all });
    },
  });
}
