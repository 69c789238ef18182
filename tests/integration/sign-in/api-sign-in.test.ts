// Sign-ins that are counted: many at once, over two apis, by strangers and by those who were here before.
import { createPasswordHasher } from "../../../adapters/crypto/passwords.ts";
import { createRateLimits } from "../../../api/http/rate-limits.ts";
import { checkPassword } from "../../../api/sign-in/sign-in.ts";
import { FleetError } from "../../../contracts/core/errors.ts";
import { ADMIN, addUser, setUpInstallation, startTestApi, type TestApi } from "../../support/core/api.ts";
import type { ApiSession } from "../../support/core/api-session.ts";
import { createTestDatabase, type TestDatabase } from "../../support/core/database.ts";

const TIMEOUT_MS = 300_000;
const PROXIED = { MOSAIC_TRUSTED_PROXIES: "127.0.0.1" };
const passwordOf = (name: string) => `${name} has a long secret`;

let database: TestDatabase;
let api: TestApi;
let second: TestApi;
let admin: ApiSession;

beforeAll(async () => {
  database = await createTestDatabase();
  [api, second] = [await startTestApi(database, { env: PROXIED }), await startTestApi(database, { env: PROXIED })];
  admin = await setUpInstallation(api);
}, TIMEOUT_MS);
afterEach(() => database.setClockOffset(0));
afterAll(async () => {
  await Promise.all([api.close(), second.close()]);
  await database.drop();
});

interface Tried {
  readonly status: number;
  readonly retryAfter: number;
}

async function signIn(at: TestApi, from: string, username: string, password: string): Promise<Tried> {
  const answer = await at.session().call("POST", "/api/session", { username, password }, { "x-forwarded-for": from });
  return { status: answer.status, retryAfter: Number(answer.headers.get("retry-after")) };
}
const statusesOf = (tried: readonly Tried[]) => tried.map(({ status }) => status);

test(
  "of fifty right passwords at once none is a miss, on two apis; those that the queue has no room for are told how long",
  async () => {
    await addUser(api, admin, "many");
    const tried = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        signIn(index % 2 === 0 ? api : second, "198.51.100.1", "many", passwordOf("many")),
      ),
    );
    const taken = tried.filter(({ status }) => status === 201);
    const refused = tried.filter(({ status }) => status !== 201);
    expect(taken.length).toBeGreaterThanOrEqual(24);
    expect(refused.every(({ status, retryAfter }) => status === 429 && retryAfter >= 1)).toBe(true);
    expect(await database.asOwner("SELECT failures FROM mosaic.sign_in_failures WHERE failures > 0")).toEqual([]);
    expect(await database.asOwner("SELECT used FROM mosaic.sign_in_budgets WHERE used > 0")).toEqual([]);
    // All five free misses are left.
    await database.stopClock();
    for (let miss = 1; miss <= 5; miss += 1)
      expect(await signIn(api, "198.51.100.1", "many", "a wrong guess")).toMatchObject({ status: 401 });
    expect(await signIn(api, "198.51.100.1", "many", "a wrong guess")).toMatchObject({ status: 429, retryAfter: 1 });
  },
  TIMEOUT_MS,
);

test(
  "of sixty wrong passwords at once over two apis five are compared",
  async () => {
    await database.stopClock();
    const tried = await Promise.all(
      Array.from({ length: 60 }, (_, index) => signIn(index % 2 === 0 ? api : second, "198.51.100.2", "nobody", "wrong")),
    );
    expect(statusesOf(tried).filter((status) => status === 401)).toHaveLength(5);
    expect(statusesOf(tried).filter((status) => status === 429)).toHaveLength(55);
    const [row] = await database.asOwner("SELECT failures, pending FROM mosaic.sign_in_failures WHERE failures > 1");
    expect(row).toEqual({ failures: 5, pending: 0 });
  },
  TIMEOUT_MS,
);

test(
  "a name is found with blanks around it and in every Unicode form, and by an address that is verified",
  async () => {
    const { id } = await addUser(api, admin, "blanks");
    const email = "blanks@example.test";
    await admin.expect(200, "PATCH", `/api/users/${id}`, { email });
    const tryWith = async (name: string) => (await signIn(api, "198.51.100.60", name, passwordOf("blanks"))).status;
    for (const name of ["blanks ", " Blanks\u00a0", "\u3000BLANKS\u200b", "\uff42lanks"])
      expect([name, await tryWith(name)]).toEqual([name, 201]);
    const bySelf = async (name: string) => {
      const { text, status } = await api.session().signIn(name, passwordOf("blanks"));
      return [status, text.replace(/"requestId":"[^"]+"/, "")];
    };
    const unverified = await bySelf(email);
    expect(unverified).toEqual(await bySelf("nobody@example.test"));
    expect(unverified[0]).toBe(401);
    await database.asOwner("UPDATE mosaic.users SET email_verified = true WHERE id = $1", [id]);
    expect(await tryWith(" Blanks@Example.TEST ")).toBe(201);
    expect(await database.asOwner("SELECT failures FROM mosaic.sign_in_failures WHERE pending > 0")).toEqual([]);
    // Somebody's user name comes before somebody else's address.
    const taken = { username: email, password: "another long password" };
    await admin.expect(201, "POST", "/api/users", taken);
    expect(await tryWith(email)).toBe(401);
    expect((await api.session().signIn(email, taken.password)).status).toBe(201);
  },
  TIMEOUT_MS,
);

test("an attempt whose password could not be compared is no miss, and spends nothing", async () => {
  await addUser(api, admin, "queued");
  const db = await database.openAs("api");
  const limits = createRateLimits({ signInName: 1 });
  const full = {
    backlogSeconds: () => 20,
    verify: async () => {
      throw new FleetError("RATE_LIMITED", "Too many sign-ins at once.", { retryAfterSeconds: 20 });
    },
  };
  const attempt = { username: "queued", password: passwordOf("queued"), remoteAddress: "192.0.2.77" };
  for (let count = 0; count < 8; count += 1)
    await expect(checkPassword({ db, limits, passwords: full }, attempt)).rejects.toMatchObject({ retryAfterSeconds: 20 });
  const passwords = createPasswordHasher(db.keyring);
  expect(await checkPassword({ db, limits, passwords }, attempt)).toMatchObject({ username: "queued" });
});

describe("strangers who spend the guesses of a name", () => {
  let limited: TestApi;
  beforeAll(async () => {
    limited = await startTestApi(database, {
      env: PROXIED,
      limits: createRateLimits({ signIn: 100_000, signInName: 3, write: 100_000 }),
    });
  });
  afterAll(() => limited.close());
  beforeEach(() => database.stopClock());

  async function spendAll(username: string): Promise<void> {
    const strangers = Array.from({ length: 6 }, (_, index) => signIn(limited, `203.0.113.${index}`, username, "a guess"));
    expect(statusesOf(await Promise.all(strangers)).toSorted((a, b) => a - b)).toEqual([401, 401, 401, 429, 429, 429]);
  }

  test.each([
    ["the breakglass account", ADMIN.username, ADMIN.password, "192.0.2.10", "192.0.2.99"],
    ["a local account, from its /64", "regular", passwordOf("regular"), "2001:db8:1:2::1", "2001:db8:1:2:ffff::9"],
  ])("do not keep %s out of a network that it signed in from before", async (_what, username, password, before, now) => {
    if (username !== ADMIN.username) await addUser(api, admin, username);
    expect(await signIn(limited, before, username, password)).toMatchObject({ status: 201 });
    await spendAll(username);
    expect(await signIn(limited, "203.0.113.200", username, password)).toMatchObject({ status: 429, retryAfter: 60 });
    expect(await signIn(limited, now, username, password)).toMatchObject({ status: 201 });
    // Right passwords spend nothing, so that it goes on.
    for (let count = 0; count < 5; count += 1)
      expect(await signIn(limited, now, username, password)).toMatchObject({ status: 201 });
  });

  test("are told when the minute is over, and then the name is open everywhere", async () => {
    await addUser(api, admin, "patient");
    await spendAll("patient");
    expect(await signIn(limited, "198.51.100.50", "patient", passwordOf("patient"))).toMatchObject({
      status: 429,
      retryAfter: 60,
    });
    await database.stopClock(61_000);
    expect(await signIn(limited, "198.51.100.50", "patient", passwordOf("patient"))).toMatchObject({ status: 201 });
  });
});
