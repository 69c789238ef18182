// Credentials are read every few seconds. A question about one stays when its row goes, and names who holds it by now.
import { QueryClient } from "@tanstack/react-query";
import { act, fireEvent, screen } from "@testing-library/react";
import { withApi } from "../../../testing/played-api.tsx";
import { showAt } from "../../../testing/show.tsx";
import type { PooledCredential } from "./credentials-api.ts";
import { CredentialsTab } from "./credentials-tab.tsx";

const HOUR_MS = 3_600_000;
const leasedTo = (ownerId: string): PooledCredential["lease"] => ({
  ...{ leaseId: ownerId, ownerId, actorRole: "ci", actorId: "env:ci", acquiredAtMs: Date.now(), heartbeatAtMs: Date.now() },
  ...{ expiresAtMs: Date.now() + HOUR_MS, mustEndAtMs: null, quarantineOnExpiry: false, expiryRecordedAtMs: null },
});
const CREDENTIAL: PooledCredential = {
  ...{ credentialId: "1", kind: "telegram", status: "active", note: "pool-1", createdAtMs: 0, updatedAtMs: 0, fence: 1 },
  ...{ lastLeasedAtMs: 0, coolUntilMs: null, quarantinedAtMs: null, quarantineReason: null, lease: leasedTo("run-7") },
};

test("the force-release dialog stays open, whoever holds the lease by now and whether or not its row is shown", async () => {
  let credentials = [CREDENTIAL];
  const answers = {
    "GET /api/admin/credentials": () => ({ credentials }),
    "GET /api/admin/credential-pools": () => ({ pools: [] }),
  };
  const queryClient = new QueryClient();
  const played = withApi(answers, <CredentialsTab />, queryClient);
  await showAt("/list?status=leased", () => played);
  const readAnew = async (credential: PooledCredential): Promise<void> => {
    credentials = [credential];
    await act(() => queryClient.refetchQueries());
  };
  fireEvent.click(await screen.findByRole("button", { name: "Actions for pool-1" }));
  fireEvent.click(await screen.findByRole("menuitem", { name: "Force release" }));
  const reason = await screen.findByLabelText<HTMLInputElement>("Reason");
  fireEvent.change(reason, { target: { value: "The runner is gone." } });
  await screen.findByText(/^run-7 loses the lease immediately/);
  await readAnew({ ...CREDENTIAL, lease: leasedTo("run-8") });
  await screen.findByText(/^run-8 loses the lease immediately/);
  await readAnew({ ...CREDENTIAL, lease: null });
  await screen.findByText("No matches.");
  expect(reason.isConnected && reason.value).toBe("The runner is gone.");
});
