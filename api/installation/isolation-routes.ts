// What the workers found about the isolation of agents, for administrators.
import { isolationViewSchema } from "../../contracts/installation/agent-isolation.ts";
import { listEngines } from "../../db/containers/engines.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";

export function createIsolationRoutes({ db }: Pick<ApiDeps, "db">): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/api/system-config/isolation",
      operationId: "getIsolation",
      summary: "Read the state of agent isolation, by engine",
      who: "admin",
      rateLimit: "read",
      responses: { 200: { description: "By engine, with the results of the probe containers.", schema: isolationViewSchema } },
      handler: async () => {
        const engines = await db.globally(listEngines);
        return { status: 200, body: { engines: engines.map(({ name, isolation }) => ({ name, isolation })) } };
      },
    }),
  ];
}
