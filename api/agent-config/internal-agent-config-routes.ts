// What an agent container fetches at its start: openclaw.json, persona files, variables. Internal listener only.
import { lookup as resolveName } from "node:dns";
import { z } from "zod";
import { agentOutbound } from "../../adapters/openclaw/agent-outbound.ts";
import { agentFilesSchema } from "../../contracts/agent-config/agent-config.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { ContainerPrincipal } from "../../contracts/core/principal.ts";
import { tenantParts, type TenantKind } from "../../contracts/core/tenant.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import { fetchAgentBundle, type AgentFetchDeps } from "./agent-fetch.ts";
import type { Outbound } from "../http/outbound.ts";
import { canonicalAddress } from "../http/remote-address.ts";

const PATH = "/api/internal/agent-config";
const idSchema = z.strictObject({ id: z.string().max(100) });
const FACTS = { method: "get", who: "container", onboarding: "always", rateLimit: "container" } as const;
const CONFIG = { 200: { description: "The complete openclaw.json.", schema: z.record(z.string(), z.unknown()) } } as const;

/** The type of container in a path, and the kind of tenant that has it. */
const KIND_OF_TYPE: Readonly<Record<string, TenantKind>> = { user: "human", agent: "agent", system: "system" };

export interface InternalAgentConfigDeps extends AgentFetchDeps {
  readonly outbound: Pick<Outbound, "way">;
}

export function createInternalAgentConfigRoutes(deps: InternalAgentConfigDeps): readonly Route[] {
  return [
    // Before the one with two parameters, which would take `files` for an id.
    defineRoute({
      ...FACTS,
      path: `${PATH}/:id/files`,
      operationId: "getAgentFiles",
      summary: "Read the calling container's persona files, environment variables and gateway certificate",
      params: idSchema,
      responses: { 200: { description: "Files by name, variables by name, certificate and key.", schema: agentFilesSchema } },
      handler: async ({ container, params, request }) => {
        assertOwn(container, params.id);
        const { config, files, variables, tls, revision } = await fetchAgentBundle(deps, container);
        const listener = canonicalAddress(request.socket.localAddress);
        const outside = await agentOutbound(await deps.outbound.way(), { config, listener, resolve: resolveName });
        const all = { ...outside.variables, ...variables };
        return { status: 200, body: { files, variables: all, tls, certificates: outside.certificates, revision } };
      },
    }),
    defineRoute({
      ...FACTS,
      path: `${PATH}/:id`,
      operationId: "getAgentConfigFile",
      summary: "Read the calling container's openclaw.json",
      params: idSchema,
      responses: CONFIG,
      handler: async ({ container, params }) => {
        assertOwn(container, params.id);
        return { status: 200, body: (await fetchAgentBundle(deps, container)).config };
      },
    }),
    defineRoute({
      ...FACTS,
      path: `${PATH}/:containerType/:id`,
      operationId: "getTypedAgentConfigFile",
      summary: "Read the calling container's openclaw.json by container type",
      params: idSchema.extend({ containerType: z.string().max(20) }),
      responses: CONFIG,
      handler: async ({ container, params }) => {
        assertOwn(container, params.id);
        assertType(container, params.containerType);
        return { status: 200, body: (await fetchAgentBundle(deps, container)).config };
      },
    }),
  ];
}

/** Every id but the caller's gets the same refusal, which does not reveal which exist. @throws FleetError FORBIDDEN */
function assertOwn(container: ContainerPrincipal, id: string): void {
  if (id !== container.id) throw new FleetError("FORBIDDEN", "A container may fetch its own configuration only.");
}

function assertType(container: ContainerPrincipal, type: string): void {
  if (KIND_OF_TYPE[type] !== tenantParts(container.tenant).kind) {
    throw new FleetError("FORBIDDEN", "This container is of another type.");
  }
}
