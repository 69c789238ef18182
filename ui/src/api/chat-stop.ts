// Puts an end to a turn under way, at the agent and at its provider.
import type { ApiClient } from "./client.ts";

/** Fine when the turn has ended meanwhile. @throws ApiError */
export async function stopTurn(api: ApiClient, turnId: string): Promise<void> {
  await api.call<undefined>("POST", `/api/chat/turns/${turnId}/stop`);
}
