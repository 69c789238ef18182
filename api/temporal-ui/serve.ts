// The Temporal Web UI for administrators, through us: it reads, and can change nothing. Our cookie stays here.
import { Router, type Request, type RequestHandler, type Response } from "express";
import type { Temporal } from "../../adapters/temporal/temporal-client.ts";
import { TEMPORAL_UI_PATH } from "../../contracts/core/ui-pages.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Authenticator } from "../http/authenticate.ts";
import { ownOrigins } from "../http/ingress.ts";
import type { TemporalUiAssets } from "./assets.ts";
import { passOn, type TemporalHttpApi } from "./http-api.ts";
import { markdownPage } from "./markdown-page.ts";
import { readWorkflow, workflowReadOf } from "./workflow-reads.ts";

const API = "/api/v1/";
const SETTINGS = {
  Auth: { Enabled: false, Options: null },
  ...{ BannerText: "", DefaultNamespace: "default", ShowTemporalSystemNamespace: false, FeedbackURL: "" },
  ...{ NotifyOnNewVersion: false, Version: "2.42.1", DisableWriteActions: true },
  Codec: { Endpoint: "", PassAccessToken: false, IncludeCredentials: false, DefaultErrorMessage: "", DefaultErrorLink: "" },
  ...{ WorkflowTerminateDisabled: true, WorkflowCancelDisabled: true, WorkflowSignalDisabled: true },
  ...{ WorkflowUpdateDisabled: true, WorkflowResetDisabled: true, BatchActionsDisabled: true, StartWorkflowDisabled: true },
  ...{ HideWorkflowQueryErrors: false, RefreshWorkflowCountsDisabled: true, ActivityCommandsDisabled: true },
};

export interface TemporalUiDeps {
  readonly assets: TemporalUiAssets;
  readonly api: TemporalHttpApi;
  readonly temporal: Temporal;
  readonly authenticator: Authenticator;
  readonly publicUrl: URL | null;
}

export function serveTemporalUi(deps: TemporalUiDeps): RequestHandler {
  const router = Router({ caseSensitive: true, strict: true });
  router.use(TEMPORAL_UI_PATH, handler(deps));
  return router;
}

function handler(deps: TemporalUiDeps): RequestHandler {
  return async (request, response) => {
    await answer(deps, request, response);
  };
}

/** `request.path` is without the prefix here. */
async function answer(deps: TemporalUiDeps, request: Request, response: Response): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.set("allow", "GET, HEAD");
    throw new FleetError("METHOD_NOT_ALLOWED", "This view is read-only. Use the fleet pages to restart or stop agents.");
  }
  await assertAdministrator(deps.authenticator, request);
  if (request.path === `${API}settings`) return void response.status(200).json(SETTINGS);
  if (request.path.startsWith(API)) return await answerRead(deps, request, response);
  if (request.path === "/render") return markdownPage(request, response);
  await sendFile(deps, request, response);
}

async function answerRead({ temporal, api }: TemporalUiDeps, request: Request, response: Response): Promise<void> {
  const query = new URLSearchParams(/\?(.*)$/s.exec(request.url)?.[1] ?? "");
  const read = workflowReadOf(request.path, query);
  if (read === null) return await passOn(api, request.url, response);
  const left = new AbortController();
  response.on("close", () => left.abort());
  const answer = await readWorkflow(temporal, read, left.signal).catch((error: unknown) => {
    if (left.signal.aborted) return null; // nobody waits for it any more
    throw error;
  });
  if (answer !== null) response.status(200).json(answer);
}

async function assertAdministrator(authenticator: Authenticator, request: Request): Promise<void> {
  const credential = authenticator.credentialOf(request);
  const principal = credential === null ? null : await authenticator.resolve(credential);
  if (principal === null) throw new FleetError("UNAUTHENTICATED", "Sign in first.");
  if (principal.kind === "human" && principal.carrier === "session" && principal.systemRole === "admin") return;
  throw new FleetError("FORBIDDEN", "Only administrators signed in with a session can do this.");
}

/** Every address that is no file is a page of the interface. */
async function sendFile({ assets, publicUrl }: TemporalUiDeps, request: Request, response: Response): Promise<void> {
  const name = request.path.slice(1);
  const file = await assets.file(name);
  if (file !== null) {
    const cacheControl = file.isHashed ? "private, max-age=31536000, immutable" : "no-store";
    response.status(200).set({ "content-type": file.contentType, "cache-control": cacheControl }).send(file.bytes);
    return;
  }
  if (name.startsWith("_app/")) throw new FleetError("NOT_FOUND", "There is nothing at this address.");
  const policy = pagePolicy(assets.scriptDigests, publicUrl, request);
  response.status(200).set("content-security-policy", policy).type("text/html; charset=utf-8").send(assets.page);
}

/** It runs beside our own pages: it may call its own addresses alone, so that not even its scripts can use ours. */
function pagePolicy(scripts: readonly string[], publicUrl: URL | null, request: Request): string {
  const own = ownOrigins(publicUrl, request).map((origin) => `${origin}${TEMPORAL_UI_PATH}/`);
  return [
    "default-src 'none'",
    `script-src ${[...own, ...scripts].join(" ")}`,
    `style-src ${own.join(" ")} 'unsafe-inline'`,
    `img-src ${own.join(" ")} data:`,
    `font-src ${own.join(" ")} data:`,
    `media-src ${own.join(" ")}`,
    `connect-src ${own.join(" ")}`,
    `frame-src ${own.join(" ")}`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
