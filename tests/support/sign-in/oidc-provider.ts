// A real OpenID Connect provider on loopback, with people whom a test makes up, and its own pages for signing in.
import { createServer, type Server } from "node:http";
import { Provider, type Configuration } from "oidc-provider";
import { freePort } from "../core/stack.ts";

export interface OidcPerson {
  readonly email?: string;
  /** Passed on as it is, so that a test can make it something other than true. */
  readonly email_verified?: unknown;
  readonly name?: string;
  readonly groups?: readonly string[];
}

export interface TestOidcProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** From their next sign-in on. `subject` is what the provider knows them by. */
  setPerson(subject: string, person: OidcPerson): void;
  /** From now on nobody answers at its address. */
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

const CLIENT_ID = "mosaic-test";
const CLIENT_SECRET = "a-client-secret-canary-0123456789";

/** Sends people back to the callback page of any product on loopback. */
export async function startOidcProvider(): Promise<TestOidcProvider> {
  const people = new Map<string, OidcPerson>();
  const first = createServer();
  // Nobody gets it by chance while the provider is down.
  const port = await freePort();
  await listenOn(first, port);
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, configuration(people));
  allowLoopbackCallbacks(provider);
  const answer = provider.callback();
  let server: Server | null = first.on("request", answer);
  return {
    issuer,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    setPerson: (subject, person) => void people.set(subject, person),
    async goDown() {
      await end(server);
      server = null;
    },
    async comeBack() {
      server = createServer(answer);
      await listenOn(server, port);
    },
    close: () => end(server),
  };
}

function configuration(people: ReadonlyMap<string, OidcPerson>): Configuration {
  return {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        grant_types: ["authorization_code"],
        response_types: ["code"],
        // Replaced by allowLoopbackCallbacks: the product's port is not known yet.
        redirect_uris: ["http://127.0.0.1:1/oidc/callback"],
        application_type: "native",
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "groups"] },
    pkce: { required: () => true },
    // Its defaults come with a notice each.
    ttl: { AccessToken: 600, IdToken: 600, AuthorizationCode: 60, Interaction: 600, Session: 600, Grant: 600 },
    cookies: { keys: ["only for tests"] },
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, ...people.get(accountId) }),
    }),
  };
}

/** Which port the product will have is not known when the client is registered. */
function allowLoopbackCallbacks({ Client }: Provider): void {
  Client.prototype.redirectUriAllowed = (uri: string) => /^http:\/\/(?:127\.0\.0\.1|localhost):\d+\/oidc\/callback$/.test(uri);
}

async function listenOn(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
}

async function end(server: Server | null): Promise<void> {
  if (server === null) return;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
