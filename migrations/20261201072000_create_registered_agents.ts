// Agents that run elsewhere, which administrators register: global like the settings of the installation. The tokens of their
// gateways are in a table of their own, sealed to the agent and to the origin that they are sent to.
import { Migration } from "@mikro-orm/migrations";

const STATEMENTS: readonly string[] = [
  `CREATE TABLE mosaic.registered_agents (
     id uuid PRIMARY KEY,
     name text NOT NULL CONSTRAINT registered_agents_name_unique UNIQUE CHECK (name ~ '^[a-z0-9-]{1,100}$'),
     display_name text NOT NULL,
     role text NOT NULL CHECK (role IN ('orchestrator', 'developer', 'researcher', 'operations')),
     gateway_url text NOT NULL,
     agent_id text NOT NULL,
     model text NULL,
     is_active boolean NOT NULL DEFAULT true,
     audience text NOT NULL DEFAULT 'everyone' CHECK (audience IN ('everyone', 'listed')),
     audience_workspaces text[] NOT NULL DEFAULT '{}',
     audience_people text[] NOT NULL DEFAULT '{}',
     audience_agents text[] NOT NULL DEFAULT '{}',
     created_at timestamptz(6) NOT NULL DEFAULT mosaic.now(),
     created_by text NULL,
     updated_at timestamptz(6) NOT NULL DEFAULT mosaic.now())`,
  `CREATE TABLE mosaic.registered_agent_secrets (
     agent_id uuid PRIMARY KEY REFERENCES mosaic.registered_agents ON DELETE CASCADE,
     token text NOT NULL CHECK (token LIKE 'enc:%'),
     updated_at timestamptz(6) NOT NULL DEFAULT mosaic.now())`,
  "GRANT SELECT, INSERT, UPDATE, DELETE ON mosaic.registered_agents, mosaic.registered_agent_secrets TO mosaic_api",
];

export class CreateRegisteredAgents extends Migration {
  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }
}
