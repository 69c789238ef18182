// The Temporal Web UI through the api: administrators look, nobody changes anything, and our cookie goes no further.
import { randomUUID } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { NativeConnection, Worker } from "@temporalio/worker";
import { AGENT_CONTAINER_WORKFLOW, TASK_QUEUE } from "../../../contracts/containers/agent-container.ts";
import { DEACTIVATE_USER_WORKFLOW } from "../../../contracts/people/users.ts";
import { SCOPES } from "../../../contracts/core/principal.ts";
import { startTestApi, type TestApi, useAdmin, useApi, useUser } from "../../support/core/api.ts";
import type { ApiSession } from "../../support/core/api-session.ts";
import { workflowBundle } from "../../support/core/workflow-bundle.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { useProductTemporal } from "../../support/core/product-temporal.ts";

const WORKFLOW_ID = "container/human:somebody";
const WORKFLOWS = "/temporal/api/v1/namespaces/default/workflows";
const PATIENCE_MS = 200_000;

const server = useProductTemporal();
const api = useApi(async () => ({ env: await server.settings() }));
const admin = useAdmin(api);
const member = useUser(api, admin, "member");

beforeAll(async () => {
  const workflow = { workflowId: WORKFLOW_ID, taskQueue: TASK_QUEUE, args: [], staticSummary: "A canary of a summary" };
  await server.temporal.call((client) => client.workflow.start(AGENT_CONTAINER_WORKFLOW, workflow));
});

interface HistoryPage {
  readonly history?: { readonly events?: readonly { readonly eventId: string }[] };
  readonly nextPageToken?: string;
}

/** Of two events or little more. The interface spells its parameters in both ways. */
async function pagesOf(part: "history" | "history-reverse", tokenName: string): Promise<HistoryPage[]> {
  const place = `${WORKFLOWS}/${encodeURIComponent(WORKFLOW_ID)}/${part}?maximumPageSize=2`;
  const pages: HistoryPage[] = [];
  let token: string | undefined = "";
  while (token !== undefined && pages.length < 10) {
    const page: HistoryPage = await admin.expect(200, "GET", `${place}&${tokenName}=${encodeURIComponent(token)}`);
    pages.push(page);
    token = page.nextPageToken;
  }
  return pages;
}

const keyOf = async (session: ApiSession): Promise<Record<string, string>> => {
  const { apiKey } = await session.expect(201, "POST", "/api/me/keys", { name: "all", scopes: Object.keys(SCOPES) });
  return { authorization: `Bearer ${apiKey}` };
};

test("an administrator sees the page, its files, and the workflows", async () => {
  const page = await admin.call("GET", "/temporal/namespaces/default/workflows");
  expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  const [, script = ""] = /import\("(\/temporal\/_app\/[^"]+)"\)/.exec(page.text) ?? [];
  const file = await admin.call("GET", script);
  expect([file.status, file.headers.get("content-type")]).toEqual([200, "text/javascript; charset=utf-8"]);
  expect((await admin.call("GET", "/temporal/_app/immutable/chunks/absent.js")).status).toBe(404);
  expect((await admin.expect(200, "GET", "/temporal/api/v1/settings")).DisableWriteActions).toBe(true);
});

test("a workflow whose id contains a slash is described, however the slash is encoded", async () => {
  for (const id of [encodeURIComponent(WORKFLOW_ID), WORKFLOW_ID]) {
    const { workflowExecutionInfo } = await admin.expect(200, "GET", `${WORKFLOWS}/${id}`);
    expect(workflowExecutionInfo).toMatchObject({
      execution: { workflowId: WORKFLOW_ID },
      status: "WORKFLOW_EXECUTION_STATUS_RUNNING",
      startTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
  }
  const workflow = await admin.expect(200, "GET", `${WORKFLOWS}/${encodeURIComponent(WORKFLOW_ID)}`);
  // As the interface expects it: not decoded by the server.
  expect(workflow.executionConfig.userMetadata.summary.data).toBe(
    Buffer.from(JSON.stringify("A canary of a summary")).toString("base64"),
  );
});

test("its history is shown, from both ends, page by page", async () => {
  await server.temporal.call(async (client) => {
    for (const signal of ["first", "second", "third"]) await client.workflow.getHandle(WORKFLOW_ID).signal(signal);
  });
  for (const [part, tokenName, expected] of [
    ["history", "nextPageToken", ["1", "2", "3", "4", "5"]],
    ["history", "next_page_token", ["1", "2", "3", "4", "5"]],
    ["history-reverse", "next_page_token", ["5", "4", "3", "2", "1"]],
  ] as const) {
    const pages = await pagesOf(part, tokenName);
    const events = pages.flatMap((page) => page.history?.events ?? []);
    expect(events.map(({ eventId }) => eventId)).toEqual(expected);
    expect(events.find(({ eventId }) => eventId === "1")).toMatchObject({
      eventType: "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED",
      workflowExecutionStartedEventAttributes: { workflowType: { name: AGENT_CONTAINER_WORKFLOW } },
    });
    expect(pages.length).toBeGreaterThan(1);
  }
});

test("a poll for the next event soon returns without one, and the next poll continues from there", async () => {
  const history = `${WORKFLOWS}/${encodeURIComponent(WORKFLOW_ID)}/history?waitNewEvent=true`;
  const first = await admin.expect(200, "GET", history);
  const next = await admin.expect(200, "GET", `${history}&next_page_token=${encodeURIComponent(first.nextPageToken)}`);
  expect(next.history?.events ?? []).toEqual([]);
  expect(next.nextPageToken).toEqual(expect.stringMatching(/./));
});

test("what it says of itself is read as well: by GET, from its worker, and nothing else is asked", async () => {
  const connection = await NativeConnection.connect({ address: server.temporal.address });
  const worker = await Worker.create({ connection, taskQueue: "described", workflowBundle: await workflowBundle() });
  try {
    await worker.runUntil(async () => {
      const input = { deactivationId: randomUUID(), userId: randomUUID() };
      const workflow = { workflowId: "deactivation/one", taskQueue: "described", args: [input] };
      await server.temporal.call((client) => client.workflow.start(DEACTIVATE_USER_WORKFLOW, workflow));
      const place = `${WORKFLOWS}/deactivation%2Fone/query`;
      const answer = await waitFor(
        async () => {
          const { status, json } = await admin.call("GET", `${place}/__temporal_workflow_metadata`);
          return status === 200 ? json : null;
        },
        { timeoutMs: PATIENCE_MS, what: "the worker answers" },
      );
      const described = JSON.parse(Buffer.from(answer.queryResult.payloads[0].data, "base64").toString("utf8"));
      expect(described.currentDetails).toBe("Ending the user's sessions.");
      expect((await admin.call("GET", `${place}/__stack_trace`)).status).toBe(404);
    });
  } finally {
    await connection.close();
  }
});

test.each([
  [404, `${WORKFLOWS}/absent`],
  [404, `${WORKFLOWS}/container%2Fhuman:absent`],
  [400, `${WORKFLOWS}/%ff`],
  [400, `${WORKFLOWS}/x?execution.runId=no-run`],
])("%i for %s", async (status, path) => {
  expect((await admin.call("GET", path)).status).toBe(status);
});

test("HEAD answers as GET does, without a body", async () => {
  for (const path of ["/temporal/", WORKFLOWS, `${WORKFLOWS}/${encodeURIComponent(WORKFLOW_ID)}`]) {
    const answer = await fetch(new URL(path, api.url), { method: "HEAD", headers: { cookie: admin.cookie } });
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
  }
});

test("an archive that is damaged leaves the rest as it is, without links", async () => {
  const archive = join(server.folder, "damaged.zip");
  await writeFile(archive, "no archive");
  const env = { MOSAIC_TEMPORAL_UI_ARCHIVE: archive, MOSAIC_TEMPORAL_HTTP_PORT: "1", MOSAIC_TEMPORAL_HTTP_HOST: "x.invalid" };
  const without = await startTestApi(api.database, { env });
  try {
    expect((await without.session().call("GET", "/healthz")).status).toBe(200);
    expect((await without.session().call("GET", "/temporal/", undefined, { cookie: admin.cookie })).status).toBe(404);
  } finally {
    await without.close();
  }
});

test("the fleet page links to it", async () => {
  const { id } = (await admin.expect(200, "GET", "/api/session")).user;
  await admin.expect(201, "POST", "/api/system-agents", { name: "watch", displayName: "Watch", role: "monitor" });
  await api.database.asOwner(
    "INSERT INTO mosaic.agent_containers (id, tenant, kind, name, volume_name) VALUES ($1, $2, 'human', 'x', 'x')",
    [id, `human:${id}`],
  );
  const { containers } = await admin.expect(200, "GET", "/api/containers");
  const { workflowUrl } = containers[0];
  expect(workflowUrl).toBe(`/temporal/namespaces/default/workflows/${encodeURIComponent(`container/human:${id}`)}`);
  expect((await admin.call("GET", workflowUrl)).status).toBe(200);
});

test.each(["/temporal/", "/temporal/_app/version.json", "/temporal/api/v1/settings", WORKFLOWS])(
  "%s is for the sessions of administrators alone",
  async (path) => {
    expect((await api.session().call("GET", path)).status).toBe(401);
    expect((await member.session.call("GET", path)).status).toBe(403);
    expect((await api.session().call("GET", path, undefined, await keyOf(admin))).status).toBe(403);
    expect((await admin.call("GET", path)).status).toBe(200);
  },
);

test.each([
  ["POST", `${WORKFLOWS}/another`],
  ["POST", `${WORKFLOWS}/${encodeURIComponent(WORKFLOW_ID)}/signal/retire`],
  ["POST", `${WORKFLOWS}/${encodeURIComponent(WORKFLOW_ID)}/terminate`],
  ["POST", `${WORKFLOWS}/${encodeURIComponent(WORKFLOW_ID)}/query/other`],
  ["POST", `${WORKFLOWS}/${encodeURIComponent(WORKFLOW_ID)}/query/__temporal_workflow_metadata`],
  ["PUT", "/temporal/api/v1/namespaces/default"],
  ["PATCH", "/temporal/"],
  ["DELETE", `${WORKFLOWS}/${encodeURIComponent(WORKFLOW_ID)}`],
  ["OPTIONS", "/temporal/"],
])("%s %s is refused, also for administrators, and nothing is passed on", async (method, path) => {
  const before = await server.temporal.call((client) => client.workflow.getHandle(WORKFLOW_ID).fetchHistory());
  for (const headers of [{}, { "content-type": "text/plain" }]) {
    expect((await admin.call(method, path, {}, { origin: api.url, ...headers })).status).toBe(405);
  }
  const after = await server.temporal.call((client) => client.workflow.getHandle(WORKFLOW_ID).fetchHistory());
  expect(after.events?.length).toBe(before.events?.length);
});

test("a host name that is not ours is refused", async () => {
  const { hostname, port } = new URL(api.url);
  const status = await rawStatus({
    hostname,
    port,
    path: "/temporal/",
    headers: { host: "evil.example", cookie: admin.cookie },
  });
  expect(status).toBe(403);
});

test("its page can call nothing of ours, and runs no script but its own", async () => {
  const policy = (await admin.call("GET", "/temporal/")).headers.get("content-security-policy") ?? "";
  expect(policy).toContain(`connect-src ${api.url}/temporal/;`);
  expect(policy).toMatch(new RegExp(`script-src ${api.url}/temporal/( 'sha256-[^']+')+;`));
  expect(policy).not.toContain("'unsafe-eval'");
  const rendered = await admin.call("GET", `/temporal/render?content=${encodeURIComponent("<script>alert(1)</script>")}`);
  expect(rendered.text).toContain("&lt;script&gt;");
  expect(rendered.headers.get("content-security-policy")).toContain("sandbox");
});

describe("towards the server", () => {
  const seen: IncomingHttpHeaders[] = [];
  let upstream: Server;
  let beside: TestApi;

  beforeAll(async () => {
    upstream = createServer((request, response) => {
      seen.push(request.headers);
      response.setHeader("set-cookie", "planted=1").end("{}");
    });
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    const address = upstream.address();
    const httpPort = typeof address === "object" && address !== null ? address.port : 0;
    beside = await startTestApi(api.database, {
      env: {
        ...(await server.settings()),
        MOSAIC_TEMPORAL_HTTP_PORT: String(httpPort),
        MOSAIC_TEMPORAL_HTTP_HOST: "only-we-know.invalid",
      },
    });
  }, 120_000);
  afterAll(async () => {
    await beside?.close();
    upstream.close();
  });

  test("goes the host that it answers to, and neither cookie nor key of ours; of its headers none comes back", async () => {
    const answer = await beside.session().call("GET", WORKFLOWS, undefined, { cookie: admin.cookie, "x-forwarded-for": "::1" });
    expect([answer.status, answer.headers.get("set-cookie")]).toEqual([200, null]);
    expect(Object.keys(seen[0] ?? {}).toSorted()).toEqual(["accept", "connection", "host"]);
    expect(seen[0]?.host).toBe("only-we-know.invalid");
  });
});

async function rawStatus(options: { hostname: string; port: string; path: string; headers: Record<string, string> }) {
  const { request } = await import("node:http");
  return await new Promise<number>((resolve, reject) => {
    const call = request(options, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    call.on("error", reject);
    call.end();
  });
}
