// One's own agent container: its state, and what one can ask of it (C2, C5). Asking is kept when Temporal is down.
import { z } from "zod";
import { actorSchema, containerViewSchema } from "../../contracts/agent-container.ts";
import { FleetError } from "../../contracts/errors.ts";
import type { TenantMessage } from "../../contracts/outbox.ts";
import { OWNER_REASONS } from "../../contracts/owner-reasons.ts";
import type { TenantTransaction } from "../../db/database.ts";
import type { AgentContainerRow } from "../../db/entities/agent-container.ts";
import { findContainer } from "../../db/repositories/containers.ts";
import { addOutbox } from "../../db/repositories/outbox.ts";
import { loadContainerView } from "../container-view.ts";
import { defineRoute, type Route } from "../define-route.ts";
import type { ApiDeps } from "../deps.ts";

const PATH = "/api/me/agent";
const reasonSchema = z.strictObject({ reason: actorSchema.shape.reason });
const REASON_EXAMPLE = { reason: "It answers strangely." };
const ACCEPTED = {
  202: { description: "Kept, and done as soon as possible.", schema: z.strictObject({ status: z.literal("accepted") }) },
} as const;

export function createAgentRoutes({ db }: Pick<ApiDeps, "db">): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: PATH,
      operationId: "getAgent",
      summary: "See the state of one's own agent container, with its timeline",
      who: "user",
      scope: "container:read",
      rateLimit: "read",
      responses: { 200: { description: "The state.", schema: containerViewSchema } },
      handler: async ({ user }) => ({ status: 200, body: await db.asTenant(user.tenant, loadContainerView) }),
    }),
    createActionRoute("restart", "Restart one's own agent; sessions and memory survive"),
    createActionRoute("stop", "Put one's own agent to sleep; the next chat wakes it"),
    defineRoute({
      method: "delete",
      path: PATH,
      operationId: "retireAgent",
      summary: "Delete one's own agent for good: container, volume with its memory, and state",
      who: "user",
      scope: "container:write",
      rateLimit: "write",
      audit: { action: "agent.retire", target: "container" },
      body: z.strictObject({ confirm: z.literal("delete") }),
      bodyExample: { confirm: "delete" },
      responses: ACCEPTED,
      errors: ["NOT_FOUND"],
      handler: async ({ user, write }) => {
        const actor = { by: user.id, reason: OWNER_REASONS.deleted };
        await write(
          user.tenant,
          (tx) => ask(tx, ({ generation }) => ({ topic: "container.retire", actor, generation })),
          (targetId) => ({ targetId }),
        );
        return { status: 202, body: { status: "accepted" } };
      },
    }),
  ];
}

function createActionRoute(action: "restart" | "stop", summary: string): Route {
  return defineRoute({
    method: "post",
    path: `${PATH}/${action}`,
    operationId: `${action}Agent`,
    summary,
    who: "user",
    scope: "container:write",
    rateLimit: "write",
    audit: { action: `agent.${action}`, target: "container" },
    body: reasonSchema,
    bodyExample: REASON_EXAMPLE,
    responses: ACCEPTED,
    errors: ["NOT_FOUND"],
    handler: async ({ user, body, write }) => {
      const actor = { by: user.id, reason: body.reason };
      const facts = (targetId: string) => ({ targetId, detail: { reason: body.reason } });
      await write(user.tenant, (tx) => ask(tx, () => ({ topic: `container.${action}`, actor })), facts);
      return { status: 202, body: { status: "accepted" } };
    },
  });
}

/** The container's id. @throws FleetError NOT_FOUND when there is none to ask anything of. */
async function ask(tx: TenantTransaction, messageFor: (container: AgentContainerRow) => TenantMessage): Promise<string> {
  const container = await findContainer(tx);
  if (container === null) throw new FleetError("NOT_FOUND", "You have no agent container yet. The first chat makes one.");
  await addOutbox(tx, messageFor(container));
  return container.id;
}
