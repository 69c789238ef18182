// Notes which replaced keys of agents the relay hands over, without Temporal.
import type { AgentKeyClient } from "../../../adapters/temporal/agent-key-client.ts";
import type { EndReplacedKeyInput } from "../../../contracts/agents/replaced-key.ts";

export interface RecordingAgentKeys extends AgentKeyClient {
  readonly replaced: EndReplacedKeyInput[];
}

export function recordAgentKeys(): RecordingAgentKeys {
  const replaced: EndReplacedKeyInput[] = [];
  return { replaced, endReplaced: async (input) => void replaced.push(input) };
}
