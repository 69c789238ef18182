// Brings people's agents into a given moment of their life, and reports how a chat ended.
import type { ContainerView } from "../../../contracts/containers/agent-container.ts";
import { ERROR_RULES } from "../../../contracts/core/errors.ts";
import type { ChatTurn, TurnEnd } from "../turns/chat-turn.ts";
import type { Person } from "../people/demo-people.ts";
import { waitFor } from "../core/wait-for.ts";

const PATIENCE_MS = 240_000;
/** Few enough that most of the answer is still to come. */
const WORDS_OF_A_BEGINNING = 3;

export type Outcome = "answered" | "cut" | "retryable" | "final";

/** A failure says whether a retry can help. */
export function outcomeOf(end: TurnEnd): Outcome {
  if (end.kind !== "failed") return end.kind;
  return ERROR_RULES[end.code].retry ? "retryable" : "final";
}

export async function untilPhase({ agent }: Person, phase: ContainerView["phase"]): Promise<void> {
  const what = `the agent is ${phase}`;
  await waitFor(async () => (await agent()).phase === phase, { timeoutMs: PATIENCE_MS, everyMs: 150, what });
}

/** How a message ends that is sent again whenever the answer says to try again. */
export async function answerTo({ say }: Person, message: string): Promise<Outcome> {
  const said = async (): Promise<Outcome | null> => {
    const outcome = outcomeOf(await say(message).end);
    return outcome === "retryable" ? null : outcome;
  };
  return await waitFor(said, { timeoutMs: PATIENCE_MS, everyMs: 1_000, what: "an answer" });
}

export async function wake(person: Person): Promise<void> {
  const outcome = await answerTo(person, "Wake up.");
  if (outcome !== "answered") throw new Error(`The agent of ${person.name} did not wake: ${outcome}`);
}

export async function putToSleep(person: Person): Promise<void> {
  if ((await person.agent()).status === "stopped") return;
  await person.session.expect(202, "POST", "/api/me/agent/stop", { reason: "The next test begins asleep." });
  await untilPhase(person, "asleep");
}

/** A chat that starts a sleeping agent; resolves while its container boots. */
export async function startWaking({ say }: Person): Promise<ChatTurn> {
  const turn = say("Good morning");
  await waitFor(() => turn.events.some(({ data }) => data.includes('"phase":"booting"')), {
    timeoutMs: PATIENCE_MS,
    everyMs: 20,
    what: "the container boots",
  });
  return turn;
}

/** A chat whose answer has the given length; resolves when the answer has begun. */
export async function startTalking({ say }: Person, words: number): Promise<ChatTurn> {
  const turn = say(Array.from({ length: words }, (_, index) => `word${index}`).join(" "));
  await waitFor(() => turn.events.filter(({ event }) => event === "message").length > WORDS_OF_A_BEGINNING, {
    timeoutMs: PATIENCE_MS,
    everyMs: 20,
    what: "the answer begins",
  });
  return turn;
}

/** A stop that waits for a running answer; resolves while it waits. */
export async function startStopping(person: Person, words: number): Promise<ChatTurn> {
  const turn = await startTalking(person, words);
  await person.session.expect(202, "POST", "/api/me/agent/stop", { reason: "Enough for today." });
  await untilPhase(person, "stopping");
  return turn;
}

/** The events in the timeline since then, oldest first. */
export async function causesSince({ agent }: Person, before: ContainerView): Promise<string[]> {
  const known = new Set(before.timeline.map(({ id }) => id));
  const { timeline } = await agent();
  return timeline
    .filter(({ id }) => !known.has(id))
    .map(({ cause }) => cause)
    .toReversed();
}
