// `--demo`: a demonstration model, and a user who may talk to it at once.
import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { z } from "zod";
import { SETUP_TOKEN_HEADER } from "../../contracts/core/header-names.ts";
import { onboardingStatusSchema } from "../../contracts/installation/onboarding.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { ALL_SCOPES } from "../../contracts/core/principal.ts";
import { providerListSchema, providerViewSchema, type providerCreateSchema } from "../../contracts/providers/provider.ts";
import { Secret } from "../../contracts/core/secret.ts";
import { apiKeyCreatedSchema } from "../../contracts/sign-in/session.ts";
import { createApiClient, type ApiClient } from "../http/api-client.ts";
import { inSession, withSession } from "../http/session.ts";
import { readJson, writePrivate, type DataDir } from "./data-dir.ts";
import { DEMO_MODEL_ID } from "./demo-model-server.ts";

const PROVIDER_NAME = "demo";
const USER_NAME = "demo";
const SECRET_BYTES = 18;

const demoSchema = z.strictObject({
  url: z.url(),
  temporalUi: z.string(),
  user: z.string(),
  password: z.string(),
  apiKey: z.string(),
});
/** What `demo.json` holds, for scripts. */
export type DemoFacts = z.infer<typeof demoSchema>;

export interface DemoContext {
  readonly dir: DataDir;
  readonly url: string;
  readonly temporalUi: string;
  readonly setupToken: Secret;
  readonly model: { readonly baseUrl: string; readonly apiKey: Secret };
}

/** The key that the demonstration model asks for; kept, so that the provider saved once stays right. */
export async function demoModelKey(dir: DataDir): Promise<Secret> {
  const path = dir.file("demo-model.json");
  const schema = z.strictObject({ apiKey: z.string() });
  const found = await readJson(path, schema);
  if (found !== null) return new Secret(found.apiKey);
  const apiKey = `demo-${randomBytes(SECRET_BYTES).toString("base64url")}`;
  await writePrivate(path, JSON.stringify({ apiKey }));
  return new Secret(apiKey);
}

/**
 * Sets the installation up with the user `demo`, or, at a later start, brings the provider's address up to date.
 * @throws FleetError CONFLICT when someone else has set the installation up already
 */
export async function prepareDemo(context: DemoContext): Promise<DemoFacts> {
  const path = context.dir.file("demo.json");
  const draftPath = context.dir.file("demo-draft.json");
  const before = (await readJson(path, demoSchema)) ?? (await readJson(draftPath, demoSchema));
  const status = await createApiClient(new URL(context.url), { kind: "none" }).call(
    { method: "GET", path: "/api/onboarding/status" },
    onboardingStatusSchema,
  );
  if (status.adminCreated && before === null) {
    throw new FleetError("CONFLICT", "This installation is already set up; --demo needs a new one (another MOSAIC_DATA_DIR).");
  }
  const password = before?.password ?? randomBytes(SECRET_BYTES).toString("base64url");
  const facts = { url: context.url, temporalUi: context.temporalUi, user: USER_NAME, password, apiKey: before?.apiKey ?? "" };
  // Written before the account is made: a start that breaks off in between can go on at the next. Scripts wait for
  // demo.json, so that it must not stand there before every line of it is true.
  await writePrivate(draftPath, toText(facts));
  const complete = status.completed ? await refresh(context, facts) : await onboard(context, facts, status.adminCreated);
  await writePrivate(path, toText(complete));
  await rm(draftPath, { force: true });
  return complete;
}

async function onboard(context: DemoContext, facts: DemoFacts, adminCreated: boolean): Promise<DemoFacts> {
  const { user: username, password } = facts;
  const url = new URL(context.url);
  const work = async (api: ApiClient): Promise<DemoFacts> => {
    await api.call({ method: "POST", path: "/api/onboarding/provider", body: providerOf(context) }, providerViewSchema);
    await api.call({ method: "POST", path: "/api/onboarding/complete" }, onboardingStatusSchema);
    return { ...facts, apiKey: await createKey(api) };
  };
  if (adminCreated) return await withSession(url, { username, password: new Secret(password) }, work);
  const headers = { [SETUP_TOKEN_HEADER]: context.setupToken.reveal() };
  return await inSession(
    url,
    { method: "POST", path: "/api/onboarding/breakglass", headers, body: { username, password } },
    work,
  );
}

/** The bridge's address or the ports may be others than at the last start. */
async function refresh(context: DemoContext, facts: DemoFacts): Promise<DemoFacts> {
  const signIn = { username: facts.user, password: new Secret(facts.password) };
  return await withSession(new URL(context.url), signIn, async (api) => {
    const { providers } = await api.call({ method: "GET", path: "/api/me/providers" }, providerListSchema);
    const ours = providers.find(({ name }) => name === PROVIDER_NAME);
    const { baseUrl, apiKey } = providerOf(context);
    if (ours !== undefined && ours.baseUrl !== baseUrl) {
      await api.call({ method: "PATCH", path: `/api/me/providers/${ours.id}`, body: { baseUrl, apiKey } }, providerViewSchema);
    }
    return { ...facts, apiKey: facts.apiKey === "" ? await createKey(api) : facts.apiKey };
  });
}

async function createKey(api: ApiClient): Promise<string> {
  const body = { name: "demo", scopes: ALL_SCOPES };
  return (await api.call({ method: "POST", path: "/api/me/keys", body }, apiKeyCreatedSchema)).apiKey;
}

function providerOf({ model }: DemoContext): z.input<typeof providerCreateSchema> {
  return {
    name: PROVIDER_NAME,
    displayName: "Demonstration model",
    type: "custom",
    baseUrl: model.baseUrl,
    apiKey: model.apiKey.reveal(),
    models: [DEMO_MODEL_ID],
  };
}

function toText(facts: DemoFacts): string {
  return `${JSON.stringify(facts, null, 2)}\n`;
}
