// The internal listener as far as a tiny agent needs it, where no api runs: what its gateway proves itself with.
import { once } from "node:events";
import { createServer } from "node:http";
import { parseAgentToken } from "../../../adapters/crypto/credentials.ts";
import { fetchAgentBundle } from "../../../api/agent-config/agent-fetch.ts";
import type { Database } from "../../../db/core/database.ts";
import { resolveContainerToken } from "../../../db/core/admission.ts";

export interface AgentFiles {
  /** On every address of this machine; for MOSAIC_INTERNAL_PORT. */
  readonly port: number;
  close(): Promise<void>;
}

export async function serveAgentFiles(api: Database): Promise<AgentFiles> {
  async function filesFor(authorization: string | undefined): Promise<object | null> {
    const token = parseAgentToken(authorization?.replace(/^Bearer /, "") ?? "");
    const found = token === null ? null : await resolveContainerToken(api, api.tokens.candidates(token));
    if (found === null) return null;
    const { containerId: id, tenant, generation } = found;
    return await fetchAgentBundle({ db: api, refusalOf: () => null }, { kind: "container", id, tenant, generation });
  }
  const server = createServer((request, response) => {
    filesFor(request.headers.authorization).then(
      (files) => response.writeHead(files === null ? 401 : 200).end(JSON.stringify(files)),
      () => response.writeHead(500).end(),
    );
  });
  server.listen(0, "0.0.0.0");
  await once(server, "listening");
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound !== null ? bound.port : 0,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
