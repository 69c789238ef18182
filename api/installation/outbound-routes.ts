// Outbound connections of the installation: read, set, back to the environment, try an address. Administrators only.
import { isIP } from "node:net";
import { judgeAddress } from "../../adapters/outbound/outbound-address.ts";
import { reasonForNoAnswer } from "../../adapters/outbound/safe-fetch-failures.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import {
  outboundSettingsSchema,
  outboundTestResultSchema,
  outboundTestSchema,
  outboundViewSchema,
  type OutboundSettings,
  type OutboundTestResult,
} from "../../contracts/installation/outbound.ts";
import { Secret } from "../../contracts/core/secret.ts";
import { deleteOutbound, readOutbound, writeOutbound, type StoredOutbound } from "../../db/installation/outbound-settings.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";

const PATH = "/api/system-config/outbound";
const VIEW = { 200: { description: "The settings in use, without the password.", schema: outboundViewSchema } } as const;

type Deps = Pick<ApiDeps, "db" | "outbound" | "safeFetch">;

export function createOutboundRoutes(deps: Deps): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: PATH,
      operationId: "getOutbound",
      summary: "Read outbound connection settings",
      who: "admin",
      rateLimit: "read",
      responses: VIEW,
      handler: async () => ({ status: 200, body: await deps.outbound.view() }),
    }),
    createSetRoute(deps),
    createTestRoute(deps),
    defineRoute({
      method: "delete",
      path: PATH,
      operationId: "deleteOutbound",
      summary: "Delete outbound connection settings; the API's environment variables apply again",
      who: "admin",
      rateLimit: "write",
      audit: { action: "outbound.delete", target: "system-config" },
      responses: VIEW,
      handler: async ({ writeGlobally }) => {
        await writeGlobally(deleteOutbound, () => ({ targetId: "outbound" }));
        return { status: 200, body: await deps.outbound.view() };
      },
    }),
  ];
}

function createSetRoute({ db, outbound }: Deps): Route {
  return defineRoute({
    method: "put",
    path: PATH,
    operationId: "setOutbound",
    summary:
      "Set proxy, exceptions and certificate authorities; agents use them at their next start, or at the next chat if they cannot reach their provider",
    who: "admin",
    rateLimit: "write",
    audit: { action: "outbound.update", target: "system-config" },
    body: outboundSettingsSchema,
    bodyExample: { proxyUrl: "http://proxy.example.org:3128", exceptions: ["models.example.org"], certificates: null },
    responses: VIEW,
    handler: async ({ user, body, writeGlobally }) => {
      const settings = withPassword(body, await db.globally(readOutbound));
      const { proxyUrl, username, exceptions, certificates } = settings;
      await writeGlobally(
        (tx) => writeOutbound(tx, settings, user.id),
        () => ({
          targetId: "outbound",
          detail: { proxyUrl, username, exceptions, certificates: certificates?.match(/BEGIN CERTIFICATE/g)?.length ?? 0 },
        }),
      );
      return { status: 200, body: await outbound.view() };
    },
  });
}

function createTestRoute({ outbound, safeFetch }: Deps): Route {
  return defineRoute({
    method: "post",
    path: `${PATH}/test`,
    operationId: "testOutbound",
    summary: "Test an address with the settings in use; any answer counts as reachable",
    who: "admin",
    rateLimit: "probe",
    audit: { action: "outbound.test", target: "system-config" },
    body: outboundTestSchema,
    bodyExample: { url: "https://api.openai.com/" },
    responses: { 200: { description: "The result.", schema: outboundTestResultSchema } },
    handler: async ({ body: { url }, writeGlobally }) => {
      const result = await tried(safeFetch, url, (await outbound.way()).proxy !== null);
      await writeGlobally(
        () => Promise.resolve(),
        () => ({ targetId: "outbound", detail: { host: new URL(url).host, ok: result.ok } }),
      );
      return { status: 200, body: result };
    },
  });
}

async function tried(safeFetch: Deps["safeFetch"], url: string, hasProxy: boolean): Promise<OutboundTestResult> {
  try {
    const { status, viaProxy } = await safeFetch(url);
    const way =
      viaProxy === true ? "through the proxy" : hasProxy ? "directly, as an internal address or an exception" : "directly";
    return {
      ok: true,
      status,
      reason: null,
      message: `The server answered with ${status}, ${way}.`,
      viaProxy: viaProxy === true,
    };
  } catch (error) {
    // Any answer passes the test, a redirect or a long page too.
    const reason = reasonForNoAnswer(error);
    const message = error instanceof Error ? error.message : "";
    return { ok: reason === null, status: null, reason, message, viaProxy: false };
  }
}

/** A kept password goes to the proxy that it was given for, under the same name. @throws FleetError VALIDATION_FAILED */
function withPassword(body: OutboundSettings, before: StoredOutbound | null): StoredOutbound {
  const { password, ...settings } = body;
  const { proxyUrl, username } = settings;
  if (proxyUrl !== null) assertProxyAddress(new URL(proxyUrl));
  const isSame = before !== null && before.proxyUrl === proxyUrl && before.username === username;
  const kept = isSame ? before.password : null;
  const given = password === undefined ? kept : new Secret(password);
  const used = proxyUrl === null || username === null ? null : given;
  return { ...settings, username: proxyUrl === null ? null : username, hasPassword: used !== null, password: used };
}

/** Proxies are internal: private addresses are allowed, for the api also loopback; a cloud's metadata address never is. */
function assertProxyAddress({ hostname }: URL): void {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) === 0 || judgeAddress(host, {}) !== "metadata") return;
  const message = "Link-local and metadata addresses are not allowed.";
  throw new FleetError("VALIDATION_FAILED", message, { validations: [{ path: "proxyUrl", message }] });
}
