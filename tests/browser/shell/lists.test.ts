// Each list in its three states that look alike and are not: nothing there, nothing found, and an error.
import { z } from "zod";
import type { Answers, PageAtRest } from "../../support/browser/ui-fixtures.ts";
import { PAGES } from "../../support/browser/ui-pages.ts";
import { useVisitor } from "../../support/browser/page-visit.ts";

const PATIENCE_MS = 300_000;
const NO_MATCHES = "No matches.";
const FAILURE = { error: { code: "INTERNAL", message: "Not for people.", requestId: "11111111-2222-4333-8444-555555555555" } };

/** Page at rest, its list's address, and the name of the rows in the answer. Null: a list that has no filter. */
const LISTS: readonly { page: string; list: string; rows: string; filter: string | null }[] = [
  { page: "users", list: "GET /api/users", rows: "users", filter: "search=nobody" },
  { page: "invitations", list: "GET /api/invites", rows: "invites", filter: "search=nobody" },
  { page: "workspaces", list: "GET /api/workspaces", rows: "workspaces", filter: "search=nothing" },
  { page: "all-workspaces", list: "GET /api/workspaces", rows: "workspaces", filter: "search=nothing" },
  { page: "all-teams", list: "GET /api/admin/teams", rows: "teams", filter: "search=nothing" },
  { page: "audit-log", list: "GET /api/audit-events", rows: "events", filter: "outcome=denied" },
  { page: "fleet", list: "GET /api/containers", rows: "containers", filter: "search=nothing" },
  { page: "system-agents", list: "GET /api/system-agents", rows: "systemAgents", filter: null },
  { page: "system-agent-providers", list: "GET /api/system-agents/night-watch/providers", rows: "providers", filter: null },
  { page: "credential-pools", list: "GET /api/admin/credential-pools", rows: "pools", filter: null },
  { page: "providers", list: "GET /api/me/providers", rows: "providers", filter: null },
  { page: "keys", list: "GET /api/me/keys", rows: "keys", filter: null },
  { page: "own-agents", list: "GET /api/agents", rows: "agents", filter: null },
  { page: "all-agents", list: "GET /api/admin/agents", rows: "agents", filter: "search=nothing" },
];

const visitor = useVisitor("en");

function pageCalled(name: string): PageAtRest {
  const found = PAGES.find((page) => page.name === name);
  if (found === undefined) throw new Error(`No page at rest is called ${name}.`);
  return found;
}

const listSchema = z.looseObject({ meta: z.looseObject({}).optional() });

/** The same answer without rows, in whatever form it comes. */
function emptied(answers: Answers, list: string, rows: string): unknown {
  const body = listSchema.parse(answers[list]?.body);
  if (!Array.isArray(body[rows])) throw new Error(`${list} has no ${rows}.`);
  const meta = body.meta === undefined ? {} : { meta: { ...body.meta, page: 1, total: 0, totalPages: 1 } };
  return { ...body, ...meta, [rows]: [] };
}

async function mainText(page: PageAtRest): Promise<string> {
  await visitor.open(page);
  return await visitor.tab.getByRole("main").innerText();
}

const withFilter = (path: string, filter: string): string => `${path}${path.includes("?") ? "&" : "?"}${filter}`;

test.each(LISTS)(
  "$page: nothing there, nothing found and an error are three different screens",
  async ({ page: name, list, rows, filter }) => {
    const page = pageCalled(name);
    const none = { ...page.answers, [list]: { body: emptied(page.answers, list, rows) } };
    const empty = await mainText({ ...page, answers: none });
    const failed = await mainText({ ...page, answers: { ...page.answers, [list]: { status: 500, body: FAILURE } } });
    const alerts = visitor.tab.getByRole("main").getByRole("alert");
    await alerts.first().waitFor();
    expect(await alerts.first().innerText()).toContain(FAILURE.error.requestId);
    expect(failed).not.toContain(FAILURE.error.message);
    expect(await alerts.first().getByRole("button", { name: "Try again" }).count()).toBe(1);
    const screens = [empty, failed];
    if (filter !== null) screens.push(await mainText({ ...page, path: withFilter(page.path, filter), answers: none }));
    expect(screens.map((text) => text.includes(NO_MATCHES))).toEqual([false, false, true].slice(0, screens.length));
    expect(new Set(screens).size).toBe(screens.length);
  },
  PATIENCE_MS,
);
