// What is repeated of a reason: what somebody has written, and nothing that the interface sent for them.
import { screen } from "@testing-library/react";
import { OWNER_REASONS } from "../../../../contracts/owner-reasons.ts";
import { show } from "../../../testing/show.tsx";
import { Timeline } from "./timeline.tsx";

const asked = (reason: string) => ({
  ...{ id: reason, at: "2026-11-21T09:42:00.000Z", cause: "restart_requested" as const, phase: "ready" as const },
  ...{ actor: "00000000-0000-4000-8000-000000000001", reason, generation: 1 },
});

test("an administrator's reason is repeated, the owner's wish alone is not", () => {
  show(<Timeline events={[asked("New image."), asked(OWNER_REASONS.asked)]} />);
  const [administrators, owners] = screen.getAllByRole("listitem");
  expect(administrators?.textContent).toContain("A restart was asked for.“New image.”");
  expect(owners?.textContent).toContain("A restart was asked for.");
  expect(owners?.textContent).not.toContain("“");
});
