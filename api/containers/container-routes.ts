// The fleet for administrators: what runs where and why, restart and stop with a reason. Never content.
import { z } from "zod";
import {
  bulkActionResultSchema,
  bulkActionSchema,
  containerActionSchema,
  fleetContainerDetailSchema,
  fleetListQuerySchema,
  fleetPageSchema,
} from "../../contracts/containers/fleet.ts";
import { givenReason } from "../../contracts/containers/container-reasons.ts";
import { askContainer } from "../../db/containers/container-intents.ts";
import { findFleetTenants, getFleetContainer, listContainerEvents, listContainers } from "../../db/containers/fleet-list.ts";
import { readSleepsAt } from "./container-view.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { fleetDetailView, fleetView } from "./fleet-view.ts";

const PATH = "/api/containers";
const ID = z.strictObject({ id: z.uuid() });
const TIMELINE_ENTRIES = 100;
const REASON_EXAMPLE = { reason: "New image." };

type Deps = Pick<ApiDeps, "db" | "workflowUrl">;

export function createContainerRoutes(deps: Deps): readonly Route[] {
  return [
    // Before the one with an id in its place.
    createBulkRoute(deps),
    ...createReadRoutes(deps),
    createActionRoute(deps, "restart", "Restart an agent; it keeps its memory"),
    createActionRoute(deps, "stop", "Put an agent to sleep; its owner's next chat wakes it"),
  ];
}

function createReadRoutes({ db, workflowUrl }: Deps): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: PATH,
      operationId: "listContainers",
      summary: "List all containers: failed ones first, then by latest change",
      who: "admin",
      rateLimit: "read",
      query: fleetListQuerySchema,
      responses: { 200: { description: "One page. A page past the end returns the last page.", schema: fleetPageSchema } },
      handler: async ({ query }) => {
        const { containers, ...page } = await db.globally((tx) => listContainers(tx, query));
        return { status: 200, body: { ...page, containers: containers.map((row) => fleetView(row, workflowUrl)) } };
      },
    }),
    defineRoute({
      method: "get",
      path: `${PATH}/:id`,
      operationId: "getContainer",
      summary: "Read one container and its timeline",
      who: "admin",
      rateLimit: "read",
      params: ID,
      responses: { 200: { description: "The container.", schema: fleetContainerDetailSchema } },
      handler: async ({ params }) => {
        const found = await db.globally(async (tx) => {
          const row = await getFleetContainer(tx, params.id);
          return { row, events: await listContainerEvents(tx, { tenant: row.tenant, limit: TIMELINE_ENTRIES }) };
        });
        // Of the owner's own settings it is the moment alone that is shown.
        const sleepsAt = await db.asTenant(found.row.tenant, (tx) => readSleepsAt(tx, found.row));
        return { status: 200, body: fleetDetailView({ ...found, sleepsAt }, workflowUrl) };
      },
    }),
  ];
}

function createActionRoute({ db }: Deps, action: "restart" | "stop", summary: string): Route {
  return defineRoute({
    method: "post",
    path: `${PATH}/:id/${action}`,
    operationId: `${action}Container`,
    summary,
    who: "admin",
    rateLimit: "write",
    audit: { action: `container.${action}`, target: "container" },
    params: ID,
    body: containerActionSchema,
    bodyExample: REASON_EXAMPLE,
    responses: {
      202: {
        description: "Accepted; it will be carried out as soon as possible.",
        schema: z.strictObject({ status: z.literal("accepted") }),
      },
    },
    handler: async ({ user, params, body, write }) => {
      const { tenant } = await db.globally((tx) => getFleetContainer(tx, params.id));
      await write(
        tenant,
        (tx) => askContainer(tx, { kind: action, by: user.id, reason: givenReason(body.reason) }),
        () => ({ targetId: params.id, detail: { tenant, reason: body.reason } }),
      );
      return { status: 202, body: { status: "accepted" } };
    },
  });
}

function createBulkRoute({ db }: Deps): Route {
  return defineRoute({
    method: "post",
    path: `${PATH}/actions`,
    operationId: "actOnContainers",
    summary: "Restart or stop up to a hundred containers",
    who: "admin",
    rateLimit: "write",
    audit: { action: "container.bulk-action", target: "container" },
    body: bulkActionSchema,
    bodyExample: { action: "restart", ids: ["8f14e45f-ceea-467f-8d4b-2f6a3f0c1d11"], ...REASON_EXAMPLE },
    responses: {
      202: { description: "Which containers were accepted and which do not exist.", schema: bulkActionResultSchema },
    },
    handler: async ({ user, body, write, writeGlobally }) => {
      const { action, reason } = body;
      const ids = [...new Set(body.ids)];
      const found = await db.globally((tx) => findFleetTenants(tx, ids));
      const accepted = found.map(({ id }) => id);
      const unknown = ids.filter((id) => !accepted.includes(id));
      // One row for the whole request, so that a request with only unknown ids is on record too; then one per container.
      await writeGlobally(
        () => Promise.resolve(),
        () => ({ detail: { action, reason, accepted: accepted.length, unknown: unknown.length } }),
      );
      for (const { id, tenant } of found) {
        await write(
          tenant,
          (tx) => askContainer(tx, { kind: action, by: user.id, reason: givenReason(reason) }),
          () => ({ targetId: id, detail: { tenant, action, reason } }),
        );
      }
      return { status: 202, body: { accepted, unknown } };
    },
  });
}
