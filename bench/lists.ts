// What a page of the administrators' lists costs in an installation of fifty thousand users.
import { Client } from "pg";
import { setUpInstallation, startTestApi } from "../tests/support/core/api.ts";
import { createTestDatabase, type TestDatabase } from "../tests/support/core/database.ts";
import { idOf, populate } from "../tests/support/core/population.ts";
import { alternate, defineBench, lineOf, timed, type Line } from "./support/bench.ts";

const PAGE = 50;
const LIMIT_MS = 300;
const WORKSPACES = 500;

/** Beside the users, whom `populate` makes: what their list shows of each, and what they did. `$1`: how many. */
const PEOPLE = [
  `INSERT INTO mosaic.local_passwords (user_id, username, password_hash)
   SELECT ${idOf("user")}, 'user-' || i, 'none' FROM generate_series(1, $1::int) i`,
  `UPDATE mosaic.users SET email = replace(lower(name), ' ', '.') || '@example.test', created_at = mosaic.now() - random() * interval '2 years',
          last_sign_in_at = CASE WHEN random() < 0.7 THEN mosaic.now() - random() * interval '90 days' END,
          deactivated_at = CASE WHEN random() < 0.1 THEN mosaic.now() END WHERE $1::int > 0 AND name LIKE 'User %'`,
  `INSERT INTO mosaic.workspaces (id, name)
   SELECT ${idOf("workspace")}, 'Workspace ' || i FROM generate_series(1, least($1::int, ${WORKSPACES})) i`,
  `INSERT INTO mosaic.workspace_members (workspace_id, user_id, role)
   SELECT w.id, u.id, 'member' FROM (SELECT id, row_number() OVER (ORDER BY id) AS i FROM mosaic.users) u
     JOIN (SELECT id, row_number() OVER (ORDER BY id) AS i FROM mosaic.workspaces) w ON w.i = 1 + u.i % least($1::int, ${WORKSPACES})`,
  `INSERT INTO mosaic.audit_events (id, occurred_at, actor_kind, actor_id, actor_name, action, target_kind, target_id, outcome, detail)
   SELECT gen_random_uuid(), mosaic.now() - random() * interval '400 days', 'human', (i % 100)::text, 'User',
          (ARRAY['session.create', 'provider.create', 'user.update', 'key.create'])[1 + i % 4], 'user', ${idOf("user")}::text,
          'success', '{}' FROM generate_series(1, $1::int) i`,
];

interface Size {
  readonly rows: number;
  readonly rounds: number;
}

/** What is asked over HTTP, and the rows of which table the bare page has. */
interface ListPage {
  readonly what: string;
  readonly path: string;
  readonly bare: string;
}

export const lists = defineBench<Size>({
  name: "lists",
  title: "Lists of administrators at 50,000 rows",
  about:
    "One page of 50 over HTTP, with session, filters, total, names and memberships, against the same number of bare rows by one SQL statement (`SELECT * … ORDER BY … LIMIT 50 OFFSET …`) on an open connection. What must hold is the 95th percentile of ours, in milliseconds.",
  sizes: { full: { rows: 50_000, rounds: 60 }, smoke: { rows: 60, rounds: 1 } },
  async run(size) {
    const database = await createTestDatabase();
    const api = await startTestApi(database);
    const bare = new Client({ connectionString: database.ownerUrl });
    try {
      const admin = await setUpInstallation(api);
      await fill(database, size.rows);
      await bare.connect();
      const get = (path: string) => admin.expect(200, "GET", path);
      return await measure(size, { get, query: (sql) => bare.query(sql) });
    } finally {
      await bare.end();
      await api.close();
      await database.drop();
    }
  },
});

async function fill(database: TestDatabase, rows: number): Promise<void> {
  await populate(database, rows, "asleep");
  for (const statement of PEOPLE) await database.asOwner(statement, [rows]);
  await database.asOwner("VACUUM ANALYZE");
}

interface Sources {
  get(path: string): Promise<unknown>;
  query(sql: string): Promise<unknown>;
}

async function measure({ rows, rounds }: Size, { get, query }: Sources): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const { what, path, bare } of pagesOf(rows)) {
    const samples = await alternate(rounds, { ours: () => timed(() => get(path)), bare: () => timed(() => query(bare)) });
    const bound = { of: "p95", atMost: LIMIT_MS } as const;
    lines.push(lineOf({ what, unit: "ms", against: "bare SQL page", bound }, samples));
  }
  return lines;
}

function pagesOf(rows: number): readonly ListPage[] {
  const last = Math.ceil(rows / PAGE);
  const page = (table: string, order: string, skipped = 0) =>
    `SELECT * FROM mosaic.${table} ORDER BY ${order} LIMIT ${PAGE} OFFSET ${skipped}`;
  const users = (what: string, query: string, skipped = 0): ListPage => ({
    ...{ what: `users, ${what}`, path: `/api/users?${query}`, bare: page("users", "created_at, id", skipped) },
  });
  const newest = page("audit_events", "occurred_at DESC, id DESC");
  return [
    users("first page", "page=1"),
    users("last page", `page=${last}`, (last - 1) * PAGE),
    users("by name, descending, in the middle", `sort=name&order=desc&page=${Math.ceil(last / 2)}`, (rows / 2) | 0),
    users("by last sign-in", "sort=lastSignInAt&order=desc"),
    users("search for a part of a name", "search=ser%2049"),
    users("search that finds nobody", "search=nobody-of-that-name"),
    users("filtered by role and status", "role=member&status=deactivated"),
    { what: "fleet, first page", path: "/api/containers", bare: page("agent_containers", "status_changed_at DESC, id") },
    {
      what: "fleet, search",
      path: "/api/containers?search=ser%2049",
      bare: page("agent_containers", "status_changed_at DESC, id"),
    },
    { what: "audit log, first page", path: "/api/audit-events", bare: newest },
    { what: "audit log, one kind of action", path: "/api/audit-events?action=user.", bare: newest },
  ];
}
