// From the fleet to an agent's workflow, in the Temporal Web UI that the api shows: against a real Temporal server.
import { join } from "node:path";
import { AGENT_CONTAINER_WORKFLOW, TASK_QUEUE } from "../../../contracts/containers/agent-container.ts";
import { humanTenant } from "../../../contracts/core/tenant.ts";
import { ensureContainerRow } from "../../../db/containers/containers.ts";
import { useAdmin, useApi, useUser } from "../../support/core/api.ts";
import { useAdminTab } from "../../support/browser/browser-world.ts";
import { useProductTemporal } from "../../support/core/product-temporal.ts";
import { useBrowser } from "../../support/browser/browser.ts";

const PATIENCE_MS = 900_000;
const UI_FOLDER = join(import.meta.dirname, "../../../ui/dist");

const server = useProductTemporal();
const api = useApi(async () => ({ uiFolder: UI_FOLDER, env: await server.settings() }));
const admin = useAdmin(api);
const ann = useUser(api, admin, "ann");
const browser = useBrowser();
const tab = useAdminTab(browser, () => api.url);
let workflowId: string;

beforeAll(async () => {
  const tenant = humanTenant(ann.id);
  await (await api.database.openAs("worker")).asTenant(tenant, (tx) => ensureContainerRow(tx));
  workflowId = `container/${tenant}`;
  const workflow = { workflowId, taskQueue: TASK_QUEUE, args: [] };
  await server.temporal.call((client) => client.workflow.start(AGENT_CONTAINER_WORKFLOW, workflow));
});

test(
  "one click opens the workflow of an agent, with its id and its events, and nothing that the page is forbidden",
  async () => {
    const refused: string[] = [];
    await tab.goto("/admin/fleet");
    const opened = tab.context().waitForEvent("page");
    await tab.getByRole("link", { name: "Open ann's workflow in the Temporal UI" }).click();
    const page = await opened;
    page.on("console", (message) => {
      if (message.type() === "error") refused.push(message.text());
    });
    const seen = (text: string) => page.getByText(text).filter({ visible: true }).first();
    for (const text of [workflowId, "Workflow Execution Started", AGENT_CONTAINER_WORKFLOW]) await seen(text).waitFor();
    expect(refused.filter((text) => /Content Security Policy/i.test(text))).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  "the list of workflows leads there as well",
  async () => {
    await tab.goto("/temporal/");
    await tab.getByRole("link", { name: workflowId }).first().click();
    await tab.getByText("Workflow Execution Started").filter({ visible: true }).first().waitFor();
    expect(decodeURIComponent(new URL(tab.url()).pathname)).toContain(`/workflows/${workflowId}/`);
  },
  PATIENCE_MS,
);
