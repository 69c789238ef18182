// Whether the tokens that a real container was given are those that its row stands for.
import { parseAgentToken } from "../../adapters/credentials.ts";
import { ENGINE_LABELS } from "../../contracts/agent-container.ts";
import type { Tenant } from "../../contracts/tenant.ts";
import type { Database } from "../../db/database.ts";
import { resolveContainerToken } from "../../db/repositories/admission.ts";
import { findContainer, openGatewayToken } from "../../db/repositories/containers.ts";
import { containersOf, inspectText } from "./engine.ts";

/** Valid: the one container's token is that of the row's generation, and its gateway's token can be opened. */
export async function tokensOf(api: Database, tenant: Tenant): Promise<"valid" | "void" | "of another container"> {
  const [row, gatewayToken] = await api.asTenant(tenant, async (tx) => [await findContainer(tx), await openGatewayToken(tx)]);
  if (row === null || gatewayToken === null) return "void";
  const [container, ...more] = await containersOf(`${ENGINE_LABELS.tenant}=${tenant}`);
  const token = /AGENT_TOKEN=(mct_[A-Za-z0-9_]+)/.exec(await inspectText(container?.Id ?? ""))?.[1];
  const parsed = parseAgentToken(token ?? "");
  const resolved = parsed && (await resolveContainerToken(api, api.tokens.candidates(parsed)));
  const isRows = resolved?.containerId === row.id && resolved.generation === row.generation && more.length === 0;
  return isRows ? "valid" : "of another container";
}
