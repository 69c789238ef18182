// Warnings about an agent's settings are worded, with the model or provider they are about.
import { screen } from "@testing-library/react";
import { AGENT_WARNING_CODES, type AgentWarning } from "../../../../contracts/agent-config/agent-warnings.ts";
import { show } from "../../../testing/show.tsx";
import { AgentWarnings } from "./agent-warnings.tsx";

const VALUES = { provider: "lab", model: "lab/gemma", reason: "address_private" };

function textsOf(warnings: readonly AgentWarning[]): readonly (string | null)[] {
  const { unmount } = show(<AgentWarnings warnings={warnings} />);
  const texts = screen.queryAllByRole("listitem").map(({ textContent }) => textContent);
  unmount();
  return texts;
}

test("each warning has its own text, except those that the answering model beside them already shows", () => {
  const texts = AGENT_WARNING_CODES.flatMap((code) => textsOf([{ code, values: VALUES }]));
  expect(texts).toHaveLength(AGENT_WARNING_CODES.length - 2);
  expect(new Set(texts).size).toBe(texts.length);
  for (const text of texts) expect(text).toMatch(/\blab\b/);
  expect(textsOf([{ code: "no_model", values: {} }])).toEqual([]);
});

test("the warning about a refused address says why", () => {
  const [text] = textsOf([{ code: "provider_refused", values: VALUES }]);
  expect(text).toMatch(/its address is not allowed\. .*private/i);
});
