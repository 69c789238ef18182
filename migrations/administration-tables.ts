// Tables of administration: deactivations, invitations, workspaces and teams; and what users got besides.

export const ADMINISTRATION_TABLES: readonly string[] = [
  `ALTER TABLE mosaic.users
     ADD COLUMN last_sign_in_at timestamptz(6) NULL,
     ADD COLUMN preferences jsonb NOT NULL DEFAULT '{}'`,
  "CREATE INDEX users_created_at_index ON mosaic.users (created_at, id)",
  "CREATE INDEX users_admins_index ON mosaic.users (id) WHERE system_role = 'admin' AND deactivated_at IS NULL",

  `CREATE TABLE mosaic.user_deactivations (
     id uuid PRIMARY KEY,
     user_id uuid NOT NULL REFERENCES mosaic.users ON DELETE CASCADE,
     requested_at timestamptz(6) NOT NULL DEFAULT mosaic.now(),
     requested_by uuid NULL REFERENCES mosaic.users ON DELETE SET NULL,
     reason text NOT NULL,
     sessions_ended_at timestamptz(6) NULL,
     sessions_ended integer NULL,
     keys_revoked_at timestamptz(6) NULL,
     keys_revoked integer NULL,
     agent_stopped_at timestamptz(6) NULL,
     cancelled_at timestamptz(6) NULL)`,
  "CREATE INDEX user_deactivations_user_id_index ON mosaic.user_deactivations (user_id)",

  `CREATE TABLE mosaic.invites (
     id uuid PRIMARY KEY,
     token_hash bytea NOT NULL CONSTRAINT invites_token_hash_unique UNIQUE,
     email text NOT NULL CHECK (email = lower(email)),
     system_role text NOT NULL CHECK (system_role IN ('admin', 'member')),
     created_at timestamptz(6) NOT NULL DEFAULT mosaic.now(),
     expires_at timestamptz(6) NOT NULL,
     invited_by uuid NULL REFERENCES mosaic.users ON DELETE SET NULL,
     used_at timestamptz(6) NULL,
     used_by uuid NULL REFERENCES mosaic.users ON DELETE SET NULL,
     revoked_at timestamptz(6) NULL)`,
  "CREATE INDEX invites_created_at_index ON mosaic.invites (created_at)",
  // One open invitation for one address: a new one takes the place of the earlier.
  `CREATE UNIQUE INDEX invites_open_email_unique ON mosaic.invites (email) WHERE used_at IS NULL AND revoked_at IS NULL`,

  `CREATE TABLE mosaic.workspaces (
     id uuid PRIMARY KEY,
     name text NOT NULL,
     description text NOT NULL DEFAULT '',
     created_at timestamptz(6) NOT NULL DEFAULT mosaic.now(),
     created_by uuid NULL REFERENCES mosaic.users ON DELETE SET NULL)`,

  `CREATE TABLE mosaic.workspace_members (
     workspace_id uuid NOT NULL REFERENCES mosaic.workspaces ON DELETE CASCADE,
     user_id uuid NOT NULL REFERENCES mosaic.users ON DELETE CASCADE,
     role text NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'guest')),
     joined_at timestamptz(6) NOT NULL DEFAULT mosaic.now(),
     PRIMARY KEY (workspace_id, user_id))`,
  "CREATE INDEX workspace_members_user_id_index ON mosaic.workspace_members (user_id)",

  `CREATE TABLE mosaic.teams (
     id uuid PRIMARY KEY,
     workspace_id uuid NOT NULL REFERENCES mosaic.workspaces ON DELETE CASCADE,
     name text NOT NULL,
     description text NOT NULL DEFAULT '',
     created_at timestamptz(6) NOT NULL DEFAULT mosaic.now(),
     CONSTRAINT teams_workspace_id_id_unique UNIQUE (workspace_id, id))`,
  "CREATE UNIQUE INDEX teams_name_unique ON mosaic.teams (workspace_id, lower(name))",

  // Who leaves the workspace leaves its teams.
  `CREATE TABLE mosaic.team_members (
     team_id uuid NOT NULL,
     user_id uuid NOT NULL,
     workspace_id uuid NOT NULL,
     PRIMARY KEY (team_id, user_id),
     FOREIGN KEY (workspace_id, team_id) REFERENCES mosaic.teams (workspace_id, id) ON DELETE CASCADE,
     FOREIGN KEY (workspace_id, user_id) REFERENCES mosaic.workspace_members (workspace_id, user_id) ON DELETE CASCADE)`,
  "CREATE INDEX team_members_workspace_id_index ON mosaic.team_members (workspace_id, user_id)",
];
