// What is done about a person or an invitation may take it out of the list; what there is to read about it stays.
import { fireEvent, screen, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import type { InviteView } from "../../../../contracts/people/invites.ts";
import type { UserView } from "../../../../contracts/people/users.ts";
import { withApi, type Answers } from "../../../testing/played-api.tsx";
import { showAt } from "../../../testing/show.tsx";
import { InviteTable } from "./invite-table.tsx";
import { UserTable } from "./user-table.tsx";

const AT = "2026-11-21T10:00:00.000Z";
const INVITE: InviteView = {
  id: "1",
  email: "bruno@invited.example",
  systemRole: "member",
  status: "pending",
  createdAt: AT,
  expiresAt: AT,
  invitedBy: null,
};
const BRUNO: UserView = {
  id: "1",
  name: "Bruno",
  username: "bruno",
  email: null,
  emailVerified: false,
  image: null,
  systemRole: "member",
  status: "active",
  isLocalAuth: true,
  createdAt: AT,
  deactivatedAt: null,
  invitedAt: null,
  invitedBy: null,
  lastSignInAt: null,
  workspaceMemberships: [],
  isLastAdmin: false,
};
const paged = (name: string, rows: readonly unknown[]) => ({
  [name]: rows,
  meta: { page: 1, limit: 50, total: rows.length, totalPages: 1 },
});

async function open(address: string, answers: Answers, content: ReactNode): Promise<void> {
  const played = withApi(answers, content);
  await showAt(address, () => played);
}

test("a renewed invitation shows its link, although the row that it was renewed in has gone", async () => {
  let invites: readonly InviteView[] = [INVITE];
  const renew = () => {
    invites = [{ ...INVITE, id: "2", expiresAt: "2030-01-01T00:00:00.000Z" }];
    return { ...invites[0], link: "https://fleet.example/invite#once", mail: "not_configured" };
  };
  const answers = {
    "GET /api/invites": () => paged("invites", invites),
    "GET /api/system-config/smtp": () => ({ smtp: null }),
    "POST /api/invites": renew,
  };
  await open("/list", answers, <InviteTable />);
  fireEvent.click(await screen.findByRole("button", { name: "Invite again: bruno@invited.example" }));
  fireEvent.click(await screen.findByRole("button", { name: "Create link" }));
  await screen.findByText("Jan 1, 2030");
  expect(screen.getByText("https://fleet.example/invite#once")).toBeDefined();
  fireEvent.click(screen.getByRole("button", { name: "I have saved it" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("a deactivation shows its steps, although the list of the active has lost the person", async () => {
  let users: readonly UserView[] = [BRUNO];
  const running = {
    ...{ userId: BRUNO.id, state: "running", requestedAt: AT, requestedBy: null, reason: "Left." },
    steps: [{ step: "sessions", doneAt: null, count: null }],
  };
  const answers = {
    "GET /api/users": () => paged("users", users),
    "GET /api/users/1/deactivation": () => running,
    "POST /api/users/1/deactivate": () => {
      users = [];
      return running;
    },
  };
  await open("/list?status=active", answers, <UserTable />);
  fireEvent.click(await screen.findByRole("button", { name: "Actions for Bruno" }));
  fireEvent.click(await screen.findByRole("menuitem", { name: "Deactivate" }));
  fireEvent.change(await screen.findByLabelText("Reason"), { target: { value: "Left." } });
  fireEvent.click(screen.getByRole("button", { name: "Deactivate" }));
  await screen.findByText("No matches.");
  expect(screen.getByRole("dialog").textContent).toContain("Bruno");
  expect((await screen.findAllByRole("listitem")).length).toBe(1);
});

test.each([
  [2, "Also revoke this person's 2 API keys"],
  [1, "Also revoke this person's API key"],
])("the dialog before a password reset shows the number of keys that it can revoke: %s", async (keys, label) => {
  const sent: unknown[] = [];
  const answers = {
    "GET /api/users": () => paged("users", [BRUNO]),
    "GET /api/users/1/password-reset": () => ({ keys }),
    "POST /api/users/1/password-reset": (body: unknown) => {
      sent.push(body);
      return { username: "bruno", password: "new", keysRevoked: keys };
    },
  };
  await open("/list", answers, <UserTable />);
  fireEvent.click(await screen.findByRole("button", { name: "Actions for Bruno" }));
  fireEvent.click(await screen.findByRole("menuitem", { name: "Reset password" }));
  fireEvent.click(await screen.findByLabelText(label));
  fireEvent.click(screen.getByRole("button", { name: "Reset password" }));
  await waitFor(() => expect(sent).toEqual([{ revokeKeys: true }]));
});

test("the dialog for a person without keys has no checkbox for them", async () => {
  const answers = {
    "GET /api/users": () => paged("users", [BRUNO]),
    "GET /api/users/1/password-reset": () => ({ keys: 0 }),
  };
  await open("/list", answers, <UserTable />);
  fireEvent.click(await screen.findByRole("button", { name: "Actions for Bruno" }));
  fireEvent.click(await screen.findByRole("menuitem", { name: "Reset password" }));
  await screen.findByText("This person has no API keys.");
  expect(screen.queryByRole("checkbox")).toBeNull();
});
