// Whether the tokens that a real container was given are those that its row stands for.
import { parseAgentToken } from "../../../adapters/crypto/credentials.ts";
import { ENGINE_LABELS } from "../../../contracts/containers/agent-container.ts";
import type { Tenant } from "../../../contracts/core/tenant.ts";
import type { Database } from "../../../db/core/database.ts";
import { resolveContainerToken } from "../../../db/core/admission.ts";
import { openGatewayAccess } from "../../../db/containers/container-secrets.ts";
import { findContainer } from "../../../db/containers/containers.ts";
import { containersOf, inspectText } from "./engine.ts";

/** Valid: the one container's token is that of the row's generation, and its gateway's token can be opened. */
export async function tokensOf(api: Database, tenant: Tenant): Promise<"valid" | "void" | "of another container"> {
  const [row, gateway] = await api.asTenant(tenant, async (tx) => [await findContainer(tx), await openGatewayAccess(tx)]);
  if (row === null || gateway === null) return "void";
  const [container, ...more] = await containersOf(`${ENGINE_LABELS.tenant}=${tenant}`);
  const token = /AGENT_TOKEN=(mct_[A-Za-z0-9_]+)/.exec(await inspectText(container?.Id ?? ""))?.[1];
  const parsed = parseAgentToken(token ?? "");
  const resolved = parsed && (await resolveContainerToken(api, api.tokens.candidates(parsed)));
  const isRows = resolved?.containerId === row.id && resolved.generation === row.generation && more.length === 0;
  return isRows ? "valid" : "of another container";
}
