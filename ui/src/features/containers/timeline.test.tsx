// Reasons in the timeline: only those that a person wrote.
import { screen } from "@testing-library/react";
import { givenReason } from "../../../../contracts/containers/container-reasons.ts";
import { show } from "../../../testing/show.tsx";
import { Timeline } from "./timeline.tsx";

const asked = (reason: string) => ({
  ...{ id: reason, at: "2026-11-21T09:42:00.000Z", cause: "restart_requested" as const, phase: "ready" as const },
  ...{ actor: "00000000-0000-4000-8000-000000000001", actorName: "Ana", reason: givenReason(reason), generation: 1 },
});

const textsFor = (selfId: string): (string | null)[] => {
  const { unmount } = show(<Timeline events={[asked("New image."), asked("")]} selfId={selfId} />);
  const texts = screen.getAllByRole("listitem").map(({ textContent }) => textContent);
  unmount();
  return texts;
};

test("the requester is named, with the reason if they wrote one", () => {
  expect(textsFor("somebody-else")).toEqual([
    expect.stringContaining("Restarted by Ana: “New image.”"),
    expect.stringMatching(/^Restarted by Ana(?!:)/),
  ]);
});

test("the reader is called you", () => {
  expect(textsFor("00000000-0000-4000-8000-000000000001")).toEqual([
    expect.stringContaining("Restarted by you: “New image.”"),
    expect.stringMatching(/^Restarted by you(?!:)/),
  ]);
});
