// Reads and checks what an identity provider says of itself, before its settings are stored and at every use.
import { isIP } from "node:net";
import { z } from "zod";
import { FleetError } from "../../contracts/core/errors.ts";
import type { IssuerProblem } from "../../contracts/sign-in/oidc-facts.ts";
import { judgeAddress } from "../outbound/outbound-address.ts";
import type { SafeFetch } from "../outbound/safe-fetch.ts";

const WELL_KNOWN = "/.well-known/openid-configuration";

/** OpenID Connect Discovery 1.0, section 3; the rest is passed on as it came. */
const documentSchema = z
  .object({
    issuer: z.string(),
    authorization_endpoint: z.url({ protocol: /^https?$/ }),
    token_endpoint: z.url({ protocol: /^https?$/ }),
    jwks_uri: z.url({ protocol: /^https?$/ }),
    userinfo_endpoint: z.url({ protocol: /^https?$/ }).exactOptional(),
    response_types_supported: z.array(z.string()).exactOptional(),
    token_endpoint_auth_methods_supported: z.array(z.string()).exactOptional(),
  })
  .catchall(z.json());
export type OidcDocument = z.infer<typeof documentSchema>;

/** Which calls an issuer's address may lead to. */
export interface IssuerRule {
  /** Plain http, and this machine's own addresses: for development, where the product itself has no other address. */
  readonly allowLoopback: boolean;
}

/** @throws FleetError VALIDATION_FAILED on `issuerUrl`. Names are checked again, resolved, at every connection. */
export function assertIssuerAddress(issuerUrl: string, rule: IssuerRule): void {
  const url = new URL(issuerUrl);
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw refused("form", "Enter the issuer's address without a user name, query or fragment.");
  if (isLoopback(url)) {
    if (rule.allowLoopback) return;
    throw refused(
      "loopback",
      "An address of this machine is for development only. Use the one that people's browsers can reach.",
    );
  }
  if (url.protocol !== "https:")
    throw refused("plain_http", "Use https: over http, anyone on the network path could sign in as anyone.");
  assertNotInternal(url);
}

/**
 * @throws FleetError PROVIDER_TEST_FAILED when it cannot be fetched, VALIDATION_FAILED on `issuerUrl` when it is not the
 * issuer's, or leads where nothing of ours may be called.
 */
export async function discoverIssuer(safeFetch: SafeFetch, issuerUrl: string): Promise<OidcDocument> {
  const answer = await safeFetch(`${issuerUrl.replace(/\/+$/, "")}${WELL_KNOWN}`);
  if (answer.status !== 200)
    throw refused("no_document", `There is no discovery document: the server responded with status ${answer.status}.`);
  const document = documentSchema.safeParse(withoutNulls(parseJson(answer.text)));
  if (!document.success) throw refused("no_document", "The discovery document is not complete. Check the address.");
  // Section 4.3: the two must be equal, or another issuer's tokens could be passed off as this one's.
  if (document.data.issuer !== issuerUrl)
    throw refused("other_issuer", "The discovery document names another issuer. Enter the address exactly as it names it.");
  assertEndpoints(document.data, new URL(issuerUrl));
  return document.data;
}

/** Before settings are stored: also the keys are fetched. @throws FleetError as discoverIssuer */
export async function checkIssuer(safeFetch: SafeFetch, issuerUrl: string): Promise<void> {
  const { jwks_uri: jwksUri } = await discoverIssuer(safeFetch, issuerUrl);
  const answer = await safeFetch(jwksUri);
  const keys = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) }).safeParse(parseJson(answer.text));
  if (answer.status !== 200 || !keys.success) throw refused("no_keys", "The provider's signing keys could not be read.");
}

function assertEndpoints(document: OidcDocument, issuer: URL): void {
  const { authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint } = document;
  for (const endpoint of [authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint]) {
    if (endpoint === undefined) continue;
    const url = new URL(endpoint);
    if (isLoopback(issuer) && isLoopback(url)) continue;
    if (url.protocol !== "https:") throw refused("plain_http", "The discovery document leads to an address without https.");
    assertNotInternal(url);
  }
  if (document.response_types_supported?.includes("code") === false)
    throw refused("no_code_flow", "The provider does not offer the authorization code flow.");
}

function assertNotInternal(url: URL): void {
  const host = hostOf(url);
  // Whether a private address is opened is the connection's rule.
  if (isLoopback(url) || (isIP(host) !== 0 && !["allowed", "private"].includes(judgeAddress(host, { allowPrivate: true }))))
    throw refused("internal", "This resolves to a blocked address: this machine, link-local or cloud metadata.");
}

export function isLoopback(url: URL): boolean {
  const host = hostOf(url);
  return host === "localhost" || host.endsWith(".localhost") || (isIP(host) !== 0 && judgeAddress(host, {}) === "loopback");
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}

/** Some providers write null for what they do not offer; section 3 has such entries left out. */
function withoutNulls(document: unknown): unknown {
  if (typeof document !== "object" || document === null || Array.isArray(document)) return document;
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== null));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function refused(reason: IssuerProblem, message: string): FleetError {
  const validations = [{ path: "issuerUrl", message }];
  return new FleetError("VALIDATION_FAILED", message, { validations, details: { reason } });
}
