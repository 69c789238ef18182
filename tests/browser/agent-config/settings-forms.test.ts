// Unsaved changes in a user's settings, while the same settings change elsewhere or the session ends.
import { z } from "zod";
import { agentConfigViewSchema } from "../../../contracts/agent-config/agent-config.ts";
import { containerViewSchema } from "../../../contracts/containers/agent-container.ts";
import { providerViewSchema } from "../../../contracts/providers/provider.ts";
import { signInAt } from "../../support/browser/browser-world.ts";
import { expectSoon } from "../../support/core/expect-soon.ts";
import { usePlayedTab } from "../../support/browser/played-tab.ts";
import { NOW, SIGNED_IN, SIGNED_OUT, uuid, type Answers } from "../../support/browser/ui-fixtures.ts";

const PATIENCE_MS = 300_000;
const AGENT = "/api/me/agent-config";
const PROVIDER = `/api/me/providers/${uuid(10)}`;
const CHANGED = "This was changed elsewhere in the meantime.";
const DROP = "Discard my changes and load the saved version";
const MINE = "Answer in rhyme, written for half an hour.";

const played = usePlayedTab();

beforeEach(() => played.tab.clock.setFixedTime(NOW));

const agent = containerViewSchema.parse(SIGNED_IN["GET /api/me/agent"]?.body);
const config = agentConfigViewSchema.parse(SIGNED_IN[`GET ${AGENT}`]?.body);
const provider = providerViewSchema.parse(SIGNED_IN[`GET ${PROVIDER}`]?.body);
const personality = () => played.tab.getByRole("textbox", { name: "Personality" });
const notice = () => played.tab.getByRole("status").filter({ hasText: CHANGED });

/** Somebody comes back to the tab after a while: the page then reads again what it shows. */
async function comeBack(path: string, answers: Answers): Promise<void> {
  played.stage.play({ ...SIGNED_IN, ...answers });
  const later = await played.tab.evaluate<number>("Date.now() + 60_000");
  await played.tab.clock.setFixedTime(later);
  const read = played.tab.waitForResponse((response) => new URL(response.url()).pathname === path);
  await played.tab.evaluate("void dispatchEvent(new Event('visibilitychange'))");
  await read;
}

/** What is sent when the form is saved. */
async function save(path: string): Promise<unknown> {
  const sent = played.tab.waitForRequest((request) => request.method() === "PATCH" && new URL(request.url()).pathname === path);
  await played.tab.getByRole("button", { name: "Save", exact: true }).click();
  return z.unknown().parse((await sent).postDataJSON());
}

test(
  "a personality stays while a provider changes, asks when the settings themselves do, and saves nothing else",
  async () => {
    await played.tab.goto("/settings/agent");
    await personality().fill(MINE);
    await comeBack(AGENT, { [`GET ${AGENT}`]: { body: { ...config, revision: 13, effectiveIdleTimeoutMin: 45 } } });
    await played.tab.getByText("Default: 45 min").waitFor();
    expect(await personality().inputValue()).toBe(MINE);
    expect(await notice().count()).toBe(0);

    const changed = { ...config, revision: 14, primaryModel: null, fallbackModels: [] };
    await comeBack(AGENT, { [`GET ${AGENT}`]: { body: changed } });
    await notice().waitFor();
    expect(await personality().inputValue()).toBe(MINE);

    const saved = { ...changed, revision: 15, personality: MINE };
    played.stage.play({ ...SIGNED_IN, [`GET ${AGENT}`]: { body: saved }, [`PATCH ${AGENT}`]: { body: saved } });
    expect(await save(AGENT)).toEqual({ personality: MINE });
    await notice().waitFor({ state: "detached" });
    expect(await personality().inputValue()).toBe(MINE);
    const model = played.tab.getByRole("combobox", { name: "Model", exact: true });
    await expectSoon(() => model.inputValue(), "Automatic (zai/glm-5)");
  },
  PATIENCE_MS,
);

test(
  "fields that the user has not changed follow the saved values, and the user's changes can be discarded",
  async () => {
    await played.tab.goto("/settings/agent");
    await personality().waitFor();
    await comeBack(AGENT, { [`GET ${AGENT}`]: { body: { ...config, revision: 13, personality: "Be formal." } } });
    await played.tab.getByText("10 of 20,000").waitFor();
    await expectSoon(() => personality().inputValue(), "Be formal.");

    await personality().fill(MINE);
    await comeBack(AGENT, { [`GET ${AGENT}`]: { body: { ...config, revision: 14, personality: "Be cheerful." } } });
    await played.tab.getByRole("button", { name: DROP }).click();
    await notice().waitFor({ state: "detached" });
    await expectSoon(() => personality().inputValue(), "Be cheerful.");
  },
  PATIENCE_MS,
);

test(
  "a change waits for the agent's restart, and the page says by itself when the agent runs with it",
  async () => {
    const saved = { ...config, revision: 13, personality: MINE };
    const waiting = { ...agent, configRevision: 13 };
    await played.tab.goto("/settings/agent");
    await played.tab.getByText("Revision 12 applied.").waitFor();
    await personality().fill(MINE);
    played.stage.play({
      ...SIGNED_IN,
      ...{ [`GET ${AGENT}`]: { body: saved }, [`PATCH ${AGENT}`]: { body: saved }, "GET /api/me/agent": { body: waiting } },
    });
    expect(await save(AGENT)).toEqual({ personality: MINE });
    await played.tab.getByText("Revision 13 pending: your agent restarts to apply it.").waitFor();
    const applied = { ...waiting, appliedRevision: 13 };
    played.stage.play({ ...SIGNED_IN, [`GET ${AGENT}`]: { body: saved }, "GET /api/me/agent": { body: applied } });
    await played.tab.getByText("Revision 13 applied.").waitFor();
  },
  PATIENCE_MS,
);

test(
  "a provider's name that is being written stays while the provider changes, and its connection is not sent back",
  async () => {
    await played.tab.goto(`/settings/providers/${uuid(10)}`);
    const name = played.tab.getByRole("textbox", { name: "Display name" });
    await name.fill("My provider");
    const changed = { ...provider, isActive: false, updatedAt: NOW.toISOString() };
    await comeBack(PROVIDER, { [`GET ${PROVIDER}`]: { body: changed } });
    await notice().waitFor();
    expect(await name.inputValue()).toBe("My provider");
    played.stage.play({ ...SIGNED_IN, [`PATCH ${PROVIDER}`]: { body: { ...changed, displayName: "My provider" } } });
    expect(await save(PROVIDER)).toEqual({ displayName: "My provider" });
  },
  PATIENCE_MS,
);

test(
  "the end of the session leaves a personality that was being written, for its person alone",
  async () => {
    await played.tab.goto("/settings/agent");
    await personality().fill(MINE);
    const over = { status: 401, body: { error: { code: "UNAUTHENTICATED", message: "" } } };
    const session = SIGNED_IN["GET /api/session"];
    if (session === undefined) throw new Error("There is no session on the played.stage.");
    played.stage.play({ ...SIGNED_OUT, [`PATCH ${AGENT}`]: over, "POST /api/session": session });
    await played.tab.getByRole("button", { name: "Save", exact: true }).click();
    await played.tab.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();

    played.stage.play({ ...SIGNED_IN, "POST /api/session": session });
    await signInAt(played.tab, { username: "ana", password: "a long sentence as a password" });
    await played.tab.getByRole("status").filter({ hasText: "Your draft was restored." }).waitFor();
    expect(await personality().inputValue()).toBe(MINE);

    played.tab.once("dialog", (dialog) => void dialog.accept());
    await played.tab.getByRole("link", { name: "Home", exact: true }).click();
    await played.tab.getByRole("heading", { level: 1, name: "My agent" }).waitFor();
    await expectSoon(async () => String(await played.tab.evaluate("JSON.stringify(sessionStorage)")).includes(MINE), false);
  },
  PATIENCE_MS,
);
