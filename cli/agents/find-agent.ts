// Which of the caller's agents is meant: by its name or its id.
import { agentListSchema, type AgentView } from "../../contracts/agents/schema.ts";
import type { ApiClient } from "../http/api-client.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";

export const AGENTS_PATH = "/api/agents";

/** @throws CliError when there is none */
export async function findAgent(api: ApiClient, nameOrId: string): Promise<AgentView> {
  const { agents } = await api.call({ method: "GET", path: AGENTS_PATH }, agentListSchema);
  const found = agents.find(({ handle, agentUserId }) => handle === nameOrId || agentUserId === nameOrId);
  if (found !== undefined) return found;
  const cure = "`mosaic agents list` shows your agents.";
  throw new CliError(`You have no agent “${nameOrId}”.`, { exitCode: EXIT.failed, code: "NOT_FOUND", cure });
}

export const agentPath = ({ agentUserId }: AgentView): string => `${AGENTS_PATH}/${encodeURIComponent(agentUserId)}`;
