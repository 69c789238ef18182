// Reasons in the reader's language, with their values.
import { screen } from "@testing-library/react";
import type { ContainerReason } from "../../../../contracts/containers/container-reasons.ts";
import { show } from "../../../testing/show.tsx";
import { useReasonWords } from "./use-reason-words.ts";

function Words({ reason }: { readonly reason: ContainerReason }) {
  return <p>{useReasonWords()(reason)}</p>;
}

test.each([
  [{ code: "silent", values: {} }, "The agent stopped responding."],
  [{ code: "exited", values: { exitCode: 137 } }, "The container exited with code 137."],
  [{ code: "exited", values: { exitCode: null } }, "The container exited with code unknown."],
  [{ code: "not_ready_in_time", values: { seconds: 180 } }, "The agent was not ready within 180 seconds."],
  [{ code: "given", values: { text: "It costs {price}." } }, "It costs {price}."],
] as const)("%j is worded", (reason, words) => {
  show(<Words reason={reason} />);
  expect(screen.getByText(words)).not.toBeNull();
});
