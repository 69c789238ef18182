// An identity provider that lies as it is told: for answers that a sound one would never give.
import { createHmac, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";

export interface TokenForgery {
  readonly alg?: "RS256" | "HS256" | "none";
  /** Signs with a key that the issuer does not publish. */
  readonly foreignKey?: boolean;
  /** Replace claims of the ID token. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Further claims of the user info, where `claimToHave` names its place: `/me`. */
  readonly userInfo?: Readonly<Record<string, unknown>>;
}
export interface ForgingIssuer {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  forge(forgery: TokenForgery): void;
  /** Replaces parts of the discovery document. */
  claimToHave(metadata: Readonly<Record<string, unknown>>): void;
  /** The paths requested since the last `claimToHave`. */
  calls(): readonly string[];
  /** What a browser would be sent back with. */
  answer(authorizationUrl: string): Record<string, string>;
  close(): Promise<void>;
}

const CLIENT = { clientId: "forged", clientSecret: "forged-client-secret-0123456789" };
const TOKEN_LIFE_S = 300;

export async function startForgingIssuer(): Promise<ForgingIssuer> {
  const [own, foreign] = [
    generateKeyPairSync("rsa", { modulusLength: 2048 }),
    generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ];
  const nonces = new Map<string, string>();
  const calls: string[] = [];
  let forgery: TokenForgery = {};
  let metadata: Readonly<Record<string, unknown>> = {};
  const server = createServer(
    (request, response) =>
      void reply(request).then(
        (body) => response.setHeader("content-type", "application/json").end(JSON.stringify(body)),
        // Whoever asked has left.
        () => response.destroy(),
      ),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;

  function idToken(nonce: string | undefined): string {
    const now = Math.floor(Date.now() / 1000);
    const { alg = "RS256", foreignKey = false, claims = {} } = forgery;
    const payload = {
      iss: issuer,
      aud: CLIENT.clientId,
      sub: "forged-person",
      iat: now,
      exp: now + TOKEN_LIFE_S,
      nonce,
      ...claims,
    };
    const unsigned = [{ alg, typ: "JWT", kid: "k" }, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    switch (alg) {
      case "none":
        return `${unsigned}.`;
      case "HS256":
        return `${unsigned}.${createHmac("sha256", CLIENT.clientSecret).update(unsigned).digest("base64url")}`;
      case "RS256":
        return `${unsigned}.${sign("sha256", Buffer.from(unsigned), (foreignKey ? foreign : own).privateKey).toString("base64url")}`;
    }
  }

  async function reply(request: IncomingMessage): Promise<unknown> {
    calls.push(request.url ?? "");
    if (request.url === "/no-keys") return { keys: [] };
    if (request.url === "/jwks")
      return { keys: [{ ...own.publicKey.export({ format: "jwk" }), kid: "k", use: "sig", alg: "RS256" }] };
    if (request.url === "/me") return { sub: "forged-person", ...forgery.userInfo };
    if (request.url !== "/token") {
      const algorithms = ["RS256", "HS256", "none"];
      const endpoints = {
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
      };
      return { issuer, ...endpoints, id_token_signing_alg_values_supported: algorithms, ...metadata };
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const code = new URLSearchParams(Buffer.concat(chunks).toString()).get("code") ?? "";
    return { access_token: "a", token_type: "bearer", id_token: idToken(nonces.get(code)) };
  }

  return {
    issuer,
    ...CLIENT,
    forge: (next) => void (forgery = next),
    claimToHave(next) {
      metadata = next;
      calls.length = 0;
    },
    calls: () => [...calls],
    answer(authorizationUrl) {
      const asked = new URL(authorizationUrl).searchParams;
      const code = randomUUID();
      nonces.set(code, asked.get("nonce") ?? "");
      return { code, state: asked.get("state") ?? "" };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
