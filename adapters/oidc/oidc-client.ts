// The authorization code flow with PKCE at the identity provider; every call of it goes through the safe fetch.
import * as openid from "openid-client";
import { FleetError } from "../../contracts/core/errors.ts";
import type { OidcStored } from "../../contracts/sign-in/oidc.ts";
import type { OidcRejection } from "../../contracts/sign-in/oidc-facts.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import { readOidcClaims } from "../../domain/sign-in/oidc-claims.ts";
import type { OidcClaims } from "../../domain/sign-in/oidc-access.ts";
import { isStorable } from "../../domain/core/plain-text.ts";
import { assertIssuerAddress, checkIssuer, discoverIssuer, isLoopback, type OidcDocument } from "./oidc-discovery.ts";
import type { SafeFetch } from "../outbound/safe-fetch.ts";

/** Between the way there and the way back, metadata and signing keys are read again after this time; unknown keys sooner. */
const METADATA_KEPT_MS = 10 * 60_000;
/** The settings in effect, a candidate, and one of each that was in effect a moment ago. */
const CONFIGURATIONS_MAX = 4;
/** OpenID Connect Core 1.0, section 2. */
const SUBJECT_MAX_CHARS = 255;

export interface OidcParty extends OidcStored {
  readonly clientSecret: Secret;
}
/** What an answer of the provider must fit to. */
export interface OidcChecks {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
}

export interface OidcClient {
  /** Before settings are stored. @throws FleetError VALIDATION_FAILED on `issuerUrl`, PROVIDER_TEST_FAILED */
  check(issuerUrl: string): Promise<void>;
  /** Where to send the browser. @throws FleetError OIDC_UNAVAILABLE */
  begin(party: OidcParty, redirectUri: string): Promise<{ readonly authorizationUrl: string; readonly checks: OidcChecks }>;
  /** What the provider vouches for. @throws FleetError OIDC_UNAVAILABLE, OIDC_REJECTED */
  finish(
    party: OidcParty,
    answer: { readonly checks: OidcChecks; readonly parameters: Readonly<Record<string, string>> },
  ): Promise<OidcClaims>;
}

export interface OidcClientOptions {
  readonly safeFetch: SafeFetch;
  /** For issuers on this machine; null: they are refused. */
  readonly loopbackFetch: SafeFetch | null;
  readonly now: () => number;
}

export function createOidcClient(options: OidcClientOptions): OidcClient {
  const fetchFor = (issuerUrl: string): SafeFetch =>
    options.loopbackFetch !== null && isLoopback(new URL(issuerUrl)) ? options.loopbackFetch : options.safeFetch;
  const configurations = createConfigurations(fetchFor, options.now);
  return {
    async check(issuerUrl) {
      assertIssuerAddress(issuerUrl, { allowLoopback: options.loopbackFetch !== null });
      await checkIssuer(fetchFor(issuerUrl), issuerUrl);
    },
    async begin(party, redirectUri) {
      const configuration = await converting(() => configurations.fresh(party));
      const checks = {
        state: openid.randomState(),
        nonce: openid.randomNonce(),
        codeVerifier: openid.randomPKCECodeVerifier(),
        redirectUri,
      };
      const url = openid.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: ["openid", "profile", "email", ...party.extraScopes].join(" "),
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(checks.codeVerifier),
        code_challenge_method: "S256",
      });
      return { authorizationUrl: url.href, checks };
    },
    finish: (party, answer) =>
      converting(async () => {
        try {
          return await exchange(await configurations.get(party), party, answer);
        } catch (error) {
          // It may have moved: what was read of it is read again.
          configurations.forget(party);
          throw error;
        }
      }),
  };
}

async function exchange(
  configuration: openid.Configuration,
  party: OidcParty,
  { checks, parameters }: { readonly checks: OidcChecks; readonly parameters: Readonly<Record<string, string>> },
): Promise<OidcClaims> {
  const url = new URL(checks.redirectUri);
  url.search = new URLSearchParams(parameters).toString();
  const tokens = await openid.authorizationCodeGrant(configuration, url, {
    pkceCodeVerifier: checks.codeVerifier,
    expectedState: checks.state,
    expectedNonce: checks.nonce,
    idTokenExpected: true,
  });
  const idToken = tokens.claims();
  if (idToken === undefined || idToken.sub.length > SUBJECT_MAX_CHARS || !isStorable(idToken.sub)) throw rejected("invalid");
  const hasUserInfo = configuration.serverMetadata().userinfo_endpoint !== undefined;
  const userInfo = hasUserInfo ? await openid.fetchUserInfo(configuration, tokens.access_token, idToken.sub) : {};
  return readOidcClaims({ idToken, userInfo }, party.groupsClaim);
}

interface Kept {
  readonly configuration: Promise<openid.Configuration>;
  readonly until: number;
  isPending: boolean;
}

function createConfigurations(fetchFor: (issuerUrl: string) => SafeFetch, now: () => number) {
  const kept = new Map<string, Kept>();
  const keyOf = ({ issuerUrl, revision }: OidcParty): string => `${revision} ${issuerUrl}`;
  async function read(party: OidcParty): Promise<openid.Configuration> {
    const safeFetch = fetchFor(party.issuerUrl);
    return configure(party, await discoverIssuer(safeFetch, party.issuerUrl), safeFetch);
  }
  async function readAnew(party: OidcParty): Promise<openid.Configuration> {
    const key = keyOf(party);
    const entry: Kept = { configuration: read(party), until: now() + METADATA_KEPT_MS, isPending: true };
    kept.delete(key);
    kept.set(key, entry);
    for (const oldest of kept.keys()) if (kept.size > CONFIGURATIONS_MAX) kept.delete(oldest);
    try {
      return await entry.configuration;
    } catch (error) {
      if (kept.get(key) === entry) kept.delete(key);
      throw error;
    } finally {
      entry.isPending = false;
    }
  }
  return {
    /** Calls the provider now, so that an outage is reported here and not by the browser; concurrent calls share one. */
    async fresh(party: OidcParty): Promise<openid.Configuration> {
      const found = kept.get(keyOf(party));
      return found?.isPending === true ? await found.configuration : await readAnew(party);
    },
    async get(party: OidcParty): Promise<openid.Configuration> {
      const found = kept.get(keyOf(party));
      return found !== undefined && found.until > now() ? await found.configuration : await readAnew(party);
    },
    forget: (party: OidcParty) => void kept.delete(keyOf(party)),
  };
}

function configure(party: OidcParty, document: OidcDocument, safeFetch: SafeFetch): openid.Configuration {
  const secret = party.clientSecret.reveal();
  const methods = document.token_endpoint_auth_methods_supported;
  // RFC 8414, section 2: basic where the provider names none.
  const byBody = methods !== undefined && methods.length > 0 && !methods.includes("client_secret_basic");
  const authentication = byBody ? openid.ClientSecretPost(secret) : openid.ClientSecretBasic(secret);
  const configuration = new openid.Configuration(document, party.clientId, undefined, authentication);
  configuration[openid.customFetch] = asFetch(safeFetch);
  // Otherwise the signature of a token that came by TLS from the provider itself would not be looked at.
  openid.enableNonRepudiationChecks(configuration);
  // The discovery has judged every endpoint: only those of an issuer on this machine are without TLS.
  if (isLoopback(new URL(party.issuerUrl))) openid.allowInsecureRequests(configuration);
  return configuration;
}

function asFetch(safeFetch: SafeFetch): openid.CustomFetch {
  return async (url, { method, headers, body }) => {
    const answer = await safeFetch(url, {
      method: method === "POST" ? "POST" : "GET",
      headers,
      ...(body === undefined || body === null ? {} : { body: bodyText(body) }),
    });
    return new Response(answer.text, { status: answer.status, headers: { "content-type": answer.contentType } });
  };
}

function bodyText(body: NonNullable<openid.FetchBody>): string {
  if (typeof body === "string") return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new Error("A request to the identity provider has an unexpected body.");
}

async function converting<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toFleetError(error);
  }
}

/** By class and code, never by text. The library's own message goes into the log alone. */
function toFleetError(error: unknown): FleetError {
  if (error instanceof openid.AuthorizationResponseError) return rejected("denied", error);
  if (error instanceof openid.ResponseBodyError) {
    if (error.status >= 500) return unavailable(error);
    return rejected(error.error === "invalid_client" || error.error === "unauthorized_client" ? "client" : "invalid", error);
  }
  // RFC 6749, section 5.2: a client that is refused may be answered with 401 and a challenge.
  if (error instanceof openid.WWWAuthenticateChallengeError) return rejected("client", error);
  const root = rootOf(error);
  if (root instanceof FleetError) return root.code === "OIDC_REJECTED" ? root : unavailable(error);
  if (root instanceof Response) return root.status >= 500 ? unavailable(error) : rejected("invalid", error);
  return rejected("invalid", error);
}

function rootOf(error: unknown): unknown {
  return error instanceof Error && !(error instanceof FleetError) && error.cause !== undefined ? rootOf(error.cause) : error;
}

function unavailable(cause: unknown): FleetError {
  const message = "The identity provider does not respond. Sign in with a password, or try again later.";
  return new FleetError("OIDC_UNAVAILABLE", message, { cause, retryAfterSeconds: 10 });
}

const MESSAGES = {
  expired: "This sign-in has expired or was started in another browser. Start again.",
  denied: "The identity provider did not let you in.",
  client: "The identity provider refuses this installation's client id or secret.",
  invalid: "The identity provider's response does not match this sign-in. Start again.",
  settings_changed: "The sign-in settings have changed since. Start again.",
  no_access: "This account has no access. Ask an administrator for an invitation.",
  linked_elsewhere: "This identity belongs to another account.",
} as const satisfies Record<OidcRejection, string>;

/** A sign-in that is refused; the message may be shown. */
export function rejected(reason: OidcRejection, cause?: unknown): FleetError {
  return new FleetError("OIDC_REJECTED", MESSAGES[reason], { details: { reason }, cause });
}
