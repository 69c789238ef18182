// What an agent container fetches at its start: openclaw.json, persona files, variables (C6, C7). Internal listener only.
import { z } from "zod";
import { agentFilesSchema } from "../../contracts/agent-config.ts";
import { FleetError } from "../../contracts/errors.ts";
import type { ContainerPrincipal } from "../../contracts/principal.ts";
import { tenantParts, type TenantKind } from "../../contracts/tenant.ts";
import type { Database } from "../../db/database.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { fetchAgentBundle } from "../agent-fetch.ts";

const PATH = "/api/internal/agent-config";
const idSchema = z.strictObject({ id: z.string().max(100) });
const FACTS = { method: "get", who: "container", onboarding: "always", rateLimit: "container" } as const;
const CONFIG = { 200: { description: "The complete openclaw.json.", schema: z.record(z.string(), z.unknown()) } } as const;

/** The type of container in a path, and the kind of tenant that has it. */
const KIND_OF_TYPE: Readonly<Record<string, TenantKind>> = { user: "human", agent: "agent", system: "system" };

export function createInternalAgentConfigRoutes({ db }: { db: Database }): readonly Route[] {
  return [
    // Before the one with two parameters, which would take `files` for an id.
    defineRoute({
      ...FACTS,
      path: `${PATH}/:id/files`,
      operationId: "getAgentFiles",
      summary: "Persona files and environment variables of one's own container",
      params: idSchema,
      responses: { 200: { description: "Files by name, variables by name.", schema: agentFilesSchema } },
      handler: async ({ container, params }) => {
        assertOwn(container, params.id);
        const { files, variables, revision } = await fetchAgentBundle(db, container);
        return { status: 200, body: { files, variables, revision } };
      },
    }),
    defineRoute({
      ...FACTS,
      path: `${PATH}/:id`,
      operationId: "getAgentConfigFile",
      summary: "openclaw.json of one's own container",
      params: idSchema,
      responses: CONFIG,
      handler: async ({ container, params }) => {
        assertOwn(container, params.id);
        return { status: 200, body: (await fetchAgentBundle(db, container)).config };
      },
    }),
    defineRoute({
      ...FACTS,
      path: `${PATH}/:containerType/:id`,
      operationId: "getTypedAgentConfigFile",
      summary: "The same, for a named type of container",
      params: idSchema.extend({ containerType: z.string().max(20) }),
      responses: CONFIG,
      handler: async ({ container, params }) => {
        assertOwn(container, params.id);
        assertType(container, params.containerType);
        return { status: 200, body: (await fetchAgentBundle(db, container)).config };
      },
    }),
  ];
}

/** Any id but one's own is refused alike, so that nothing tells which exist. @throws FleetError FORBIDDEN */
function assertOwn(container: ContainerPrincipal, id: string): void {
  if (id !== container.id) throw new FleetError("FORBIDDEN", "A container may fetch its own configuration only.");
}

function assertType(container: ContainerPrincipal, type: string): void {
  if (KIND_OF_TYPE[type] !== tenantParts(container.tenant).kind) {
    throw new FleetError("FORBIDDEN", "This container is of another type.");
  }
}
