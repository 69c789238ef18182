// The fleet is read every few seconds. A question about an agent stays when its row moves or goes, with what was typed.
import { QueryClient } from "@tanstack/react-query";
import { act, fireEvent, screen } from "@testing-library/react";
import type { FleetContainer, SystemAgentView } from "../../../../contracts/containers/fleet.ts";
import { withApi } from "../../../testing/played-api.tsx";
import { showAt } from "../../../testing/show.tsx";
import { FleetPage } from "../../pages/admin/fleet-page.tsx";
import { SystemAgentsPage } from "../../pages/admin/system-agents-page.tsx";

const CONTAINER: FleetContainer = {
  ...{
    id: "1",
    tenant: "human:1",
    kind: "human",
    ownerName: "Ana",
    name: "mosaic-user-7",
    status: "running",
    phase: "ready",
    reason: null,
  },
  ...{ host: null, image: null, generation: 1, startedAt: null, lastActivityAt: null },
  ...{ statusChangedAt: "2026-11-21T10:00:00.000Z", workflowId: "container/human:1", workflowUrl: null },
};
const AGENT: SystemAgentView = {
  ...{ name: "night-watch", tenant: "system:night-watch", displayName: "Night watch", role: "monitor" },
  ...{ isEnabled: true, createdAt: "2026-11-21T10:00:00.000Z", container: null },
};

test("the restart dialog stays open while the container's row disappears and returns", async () => {
  let containers = [CONTAINER];
  const counts = { running: 1, starting: 0, stopped: 0, error: 0 };
  const fleet = () => ({ containers, counts, meta: { page: 1, limit: 50, total: containers.length, totalPages: 1 } });
  const queryClient = new QueryClient();
  const played = withApi({ "GET /api/containers": fleet }, <FleetPage />, queryClient);
  await showAt("/list?status=running", () => played);
  fireEvent.click(await screen.findByRole("button", { name: "Actions for Ana" }));
  fireEvent.click(await screen.findByRole("menuitem", { name: "Restart" }));
  fireEvent.change(await screen.findByLabelText("Reason"), { target: { value: "It hangs." } });
  containers = [];
  await act(() => queryClient.refetchQueries());
  await screen.findByText("No matches.");
  expect(screen.getByLabelText<HTMLInputElement>("Reason").value).toBe("It hangs.");
  fireEvent.click(screen.getByRole("button", { name: "Restart" }));
  expect((await screen.findByRole("alert")).textContent).toBe("This no longer exists.");
});

test("the dialog that deletes a system agent stays open if someone else deletes it first", async () => {
  let systemAgents = [AGENT];
  const queryClient = new QueryClient();
  const played = withApi({ "GET /api/system-agents": () => ({ systemAgents }) }, <SystemAgentsPage />, queryClient);
  await showAt("/list", () => played);
  fireEvent.click(await screen.findByRole("button", { name: "Actions for Night watch" }));
  fireEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  fireEvent.change(await screen.findByRole("textbox"), { target: { value: "night-watch" } });
  systemAgents = [];
  await act(() => queryClient.refetchQueries());
  await screen.findByText(/No system agents yet/);
  fireEvent.click(screen.getByRole("button", { name: "Delete" }));
  expect((await screen.findByRole("alert")).textContent).toBe("This no longer exists.");
});
