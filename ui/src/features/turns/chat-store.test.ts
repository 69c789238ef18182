// What becomes of questions and answers when the page, the connection or the person goes away.
import { waitFor } from "@testing-library/react";
import { ApiError } from "../../api/errors.ts";
import { scriptTurns, unreachable, type ScriptedTurns } from "../../../testing/scripted-turns.ts";
import { ChatStore } from "./chat-store.ts";
import { forgetTranscripts } from "../../shell/forget-transcripts.ts";
import type { Message } from "./transcript.ts";
import { keepDraft, readDraft } from "./transcript-storage.ts";

const ANA = "ana";
const MAIN = { owner: ANA, conversationId: "main" };

let script: ScriptedTurns;
let store: ChatStore;
let opened: ChatStore[];

beforeEach(() => {
  sessionStorage.clear();
  opened = [];
  script = scriptTurns();
  store = openStore();
});
afterEach(() => {
  for (const each of opened) each.close();
});

function openStore(owner = ANA): ChatStore {
  const store = new ChatStore(script.api, owner);
  opened.push(store);
  return store;
}

/** As a browser does it: the page hears that it goes, and another one opens in the same tab. */
function reload(owner = ANA): ChatStore {
  dispatchEvent(new Event("pagehide"));
  return openStore(owner);
}

const log = (of = store, conversationId = "main"): readonly Message[] =>
  of.transcripts().find((each) => each.conversationId === conversationId)?.messages ?? [];
const said = (of = store): readonly [string, string][] => log(of).map(({ text, state }) => [text, state]);
const kept = (): string => Object.values(sessionStorage).join("\n");

/** What waits for nothing but other code has run when a timer fires. */
const everythingThatCanRun = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Asks, and waits until the first words of the answer are on the page. */
async function ask(question: string, words: string, conversationId = "main") {
  const before = script.turns.length;
  store.send(conversationId, question);
  const turn = await script.begun(before + 1);
  turn.say(words);
  await waitFor(() => expect(log(store, conversationId).at(-1)?.text).toBe(words));
  return turn;
}

/** The api's answer to Stop comes when the test gives it. */
function holdStop(): (refusal: ApiError | null) => void {
  let answer: (refusal: ApiError | null) => void = () => {};
  const answered = new Promise<void>((resolve, reject) => {
    answer = (refusal) => (refusal === null ? resolve() : reject(refusal));
  });
  script.answerStops(() => answered);
  return answer;
}

test("a reload in the middle of an answer keeps the question and as much of the answer as had come", async () => {
  await ask("How are you?", "Quite");
  expect(said(reload())).toEqual([
    ["How are you?", "done"],
    ["Quite", "left"],
  ]);
});

test("a page that dies without a word has kept the question", async () => {
  store.send("main", "How are you?");
  expect(said(openStore())).toEqual([
    ["How are you?", "done"],
    ["", "left"],
  ]);
});

test("what waited for the end of an answer is a draft again after a reload, before what was written since, and only once", async () => {
  await ask("First", "Well");
  store.send("main", "Second");
  keepDraft(MAIN, "third");
  expect(said(reload()).map(([text]) => text)).toEqual(["First", "Well"]);
  reload();
  expect(readDraft(MAIN)).toBe("Second\n\nthird");
});

test("a page that goes sends nothing more, although its connections break off first; one that comes back goes on", async () => {
  const turn = await ask("First", "Well");
  store.send("main", "Second");
  turn.breakOff();
  for (let step = 0; step < 100; step += 1) await Promise.resolve();
  dispatchEvent(new Event("pagehide"));
  await everythingThatCanRun();
  expect(said().map(([, state]) => state)).toEqual(["done", "answering", "queued"]);
  dispatchEvent(new Event("pageshow"));
  expect((await script.begun(2)).message).toBe("Second");
  expect(said().map(([, state]) => state)).toEqual(["done", "lost", "done", "waiting"]);
});

test("a message that never left failed, and can be tried again; an answer that breaks off is lost", async () => {
  script.refuseTurns(unreachable());
  store.send("main", "Hello");
  await waitFor(() => expect(log().at(-1)).toMatchObject({ state: "failed", failure: { code: "NETWORK" } }));
  script.refuseTurns(null);
  store.again("main");
  const turn = await script.begun(1);
  turn.say("Half an");
  turn.breakOff();
  await waitFor(() => expect(log().at(-1)).toMatchObject({ text: "Half an", state: "lost" }));
});

test("a refused request to stop lets the answer continue, says why, and can be repeated", async () => {
  const turn = await ask("Count", "one");
  script.answerStops(async () => {
    throw unreachable();
  });
  store.stop("main");
  expect(log().at(-1)?.stop).toBe("asked");
  await waitFor(() => expect(log().at(-1)?.stop).toMatchObject({ code: "NETWORK" }));
  turn.say(", two");
  await waitFor(() => expect(log().at(-1)).toMatchObject({ text: "one, two", state: "answering" }));
  script.answerStops(async () => {});
  store.stop("main");
  await waitFor(() => expect(log().at(-1)).toMatchObject({ text: "one, two", state: "stopped", stop: undefined }));
});

test("an answer whose connection is lost together with the request to stop it does not count as stopped", async () => {
  const turn = await ask("Count", "one");
  const answerStop = holdStop();
  store.stop("main");
  turn.breakOff();
  answerStop(unreachable());
  await waitFor(() => expect(log().at(-1)).toMatchObject({ text: "one", state: "lost", stop: undefined }));
});

test("an answer that is stopped before the request is confirmed counts as stopped", async () => {
  const turn = await ask("Count", "one");
  const answerStop = holdStop();
  store.stop("main");
  turn.breakOff();
  answerStop(null);
  await waitFor(() => expect(log().at(-1)).toMatchObject({ text: "one", state: "stopped" }));
});

test("after signing out nothing comes back: not the answer under way, nor what waited for it", async () => {
  const turn = await ask("My secret", "I keep it");
  store.send("main", "Another secret");
  keepDraft(MAIN, "a secret draft");
  forgetTranscripts();
  expect(turn.signal.aborted).toBe(true);
  await everythingThatCanRun();
  store.send("main", "One more secret");
  dispatchEvent(new Event("pagehide"));
  expect(kept()).not.toContain("secret");
  expect(store.transcripts()).toEqual([]);
  expect(script.turns).toHaveLength(1);
});

test("another person in the same tab sees neither messages nor drafts of the one before", async () => {
  await ask("My secret", "I keep it");
  keepDraft(MAIN, "a secret draft");
  expect(reload("bob").transcripts()).toEqual([]);
  expect(readDraft({ ...MAIN, owner: "bob" })).toBe("");
});

test("the conversation one writes in comes first; answers that grow side by side do not change places", async () => {
  const order = (): readonly string[] => store.transcripts().map(({ conversationId }) => conversationId);
  const first = await ask("One", "1", "a");
  await ask("Two", "2", "b");
  expect(order()).toEqual(["b", "a"]);
  first.say(" and on");
  await waitFor(() => expect(log(store, "a").at(-1)?.text).toBe("1 and on"));
  expect(order()).toEqual(["b", "a"]);
});

test("a limit says from when on another try is taken; for other errors one may try at once", async () => {
  const before = Date.now();
  script.refuseTurns(new ApiError({ code: "RATE_LIMITED", message: "", retryAfterMs: 24_000 }));
  store.send("main", "Again");
  await waitFor(() => expect(log().at(-1)?.failure?.retryAt).toBeGreaterThanOrEqual(before + 24_000));
  expect(log().at(-1)?.failure?.retryAt).toBeLessThanOrEqual(Date.now() + 24_000);
  script.refuseTurns(new ApiError({ code: "GATEWAY_UNAVAILABLE", message: "", retryAfterMs: 5_000 }));
  store.again("main");
  await waitFor(() => expect(log().at(-1)?.failure).toMatchObject({ code: "GATEWAY_UNAVAILABLE", retryAt: undefined }));
});
