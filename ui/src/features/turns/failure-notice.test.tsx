// What a failed answer says and offers: when another try is taken, and what was wrong, once.
import { act, fireEvent, screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { withApi, type Answers } from "../../../testing/played-api.tsx";
import { show, showAt } from "../../../testing/show.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import type { Failure } from "./transcript.ts";

const { jest } = import.meta;

const LIMITED: Failure = { code: "RATE_LIMITED", message: "Too many requests.", requestId: undefined, retryAt: undefined };
const REFUSED: Failure = {
  code: "GATEWAY_ERROR",
  message: "The agent could not answer: 401 Incorrect API key provided",
  requestId: "request-1",
  retryAt: undefined,
};
const KEY_REFUSED = { ok: false, failedStep: "key", reason: "key_refused", status: 401 };
const PASSED = { ok: true, failedStep: null, reason: null, status: 200 };
const FOUND = "OpenAI refuses the API key “work” (401).";

const notice = (failure: Failure, onAgain = (): void => {}): ReactNode => (
  <FailureNotice turn="turn-1" failure={failure} isLast onAgain={onAgain} />
);
const again = (): HTMLElement => screen.getByRole("button", { name: "Try again" });

/** The provider that the answer would have come from, and what its test finds now. */
const provider = (result: object): Answers => ({
  "GET /api/me/agent-config": () => ({ effectiveModel: "work/gpt-5" }),
  "GET /api/me/providers": () => ({ providers: [{ id: "1", name: "work", displayName: "Work", type: "openai" }] }),
  "POST /api/me/providers/1/test": () => ({ message: "", durationMs: 1, models: [], unknownModels: [], ...result }),
});

async function fail(answers: Answers, failure: Failure = REFUSED): Promise<void> {
  const played = withApi(answers, notice(failure));
  await showAt("/list", () => played);
}

afterEach(() => jest.useRealTimers());

test("after a limit, Try again waits for the time that the api gave, and says how long that is", () => {
  jest.useFakeTimers({ now: 1_000_000 });
  let tries = 0;
  show(notice({ ...LIMITED, retryAt: 1_024_000 }, () => (tries += 1)));
  expect(screen.getByText("Too many requests.")).not.toBeNull();
  expect(screen.getByRole("timer").textContent).toBe("You can try again in 24 seconds.");
  fireEvent.click(again());
  act(() => jest.advanceTimersByTime(23_000));
  expect(screen.getByRole("timer").textContent).toBe("You can try again in 1 second.");
  expect(tries).toBe(0);
  act(() => jest.advanceTimersByTime(1_000));
  expect(screen.queryByRole("timer")).toBeNull();
  fireEvent.click(again());
  expect(tries).toBe(1);
});

test("a limit without a time invents none", () => {
  show(notice(LIMITED));
  expect(screen.getByRole("alert").textContent).toBe("Too many requests.Try again");
  expect(again().hasAttribute("disabled")).toBe(false);
});

test("what the provider is found to refuse is said once, above its reference", async () => {
  await fail(provider(KEY_REFUSED));
  const found = await screen.findByText(FOUND);
  expect(screen.queryByText(REFUSED.message)).toBeNull();
  const order = found.compareDocumentPosition(screen.getByText("Reference request-1"));
  expect(order).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
});

test("the agent's own words stay when nothing is found at the provider", async () => {
  await fail(provider(PASSED));
  await screen.findByRole("link", { name: "Check provider" });
  expect(screen.getByText(REFUSED.message)).not.toBeNull();
});

test("people who cannot test the provider are also told what is wrong with its certificate", async () => {
  await fail({}, { ...REFUSED, code: "PROVIDER_CERTIFICATE_REFUSED", reason: "certificate_authority_unknown" });
  expect(await screen.findByText(/does not trust the certificate/)).not.toBeNull();
  expect(screen.getByText(/unknown authority.*under System, Outbound connections/)).not.toBeNull();
});

test("the agent's own words stay when the provider is not known", async () => {
  await fail({});
  expect(await screen.findByText(REFUSED.message)).not.toBeNull();
});

test("an agent that did not start says why, by the reason's code or else in the api's words", () => {
  const failed: Failure = { code: "CONTAINER_FAILED", message: "Some words.", requestId: undefined, retryAt: undefined };
  const { unmount } = show(notice({ ...failed, containerReason: { code: "exited_at_start", values: { exitCode: 1 } } }));
  expect(screen.getByText("The container exited during the start with code 1.")).not.toBeNull();
  unmount();
  show(notice(failed));
  expect(screen.getByText("Some words.")).not.toBeNull();
});
