// Registers agents at gateways of a test: on loopback, which the api takes for nobody, so that the row is written past it.
import type { ApiSession } from "../core/api-session.ts";
import type { TestDatabase } from "../core/database.ts";

export const GATEWAY_TOKEN = "stored-token-of-scout";

export interface RegisterHere {
  readonly database: TestDatabase;
  readonly admin: ApiSession;
  readonly gatewayUrl: string;
}

/** With the token, which is sealed to the address, and whatever else the api may change. */
export async function registerHere(world: RegisterHere, name = "scout", more: object = {}): Promise<void> {
  await world.database.asOwner(
    `INSERT INTO mosaic.registered_agents (id, name, display_name, role, gateway_url, agent_id)
     VALUES (gen_random_uuid(), $1, 'Scout', 'developer', $2, 'main')`,
    [name, world.gatewayUrl],
  );
  await world.admin.expect(200, "PATCH", `/openclaw/agents/${name}`, { token: GATEWAY_TOKEN, ...more });
}
