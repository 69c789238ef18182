// The set-up token's guard.
import { Secret } from "../../contracts/core/secret.ts";
import { createSetupGuard } from "./setup-token.ts";

const TOKEN = "a set-up token";
const HERE = "192.0.2.1";
const claim = async () => "claimed";

function guardOf(token: Secret | null) {
  const guard = createSetupGuard(token);
  return <T = string>(given: string | undefined, work: () => Promise<T>, remoteAddress = HERE) =>
    guard.claim({ token: given, remoteAddress }, work);
}

afterEach(() => {
  import.meta.jest.useRealTimers();
});

test("the right token claims, any other and none is refused", async () => {
  const claimWith = guardOf(new Secret(TOKEN));
  await expect(claimWith(TOKEN, claim)).resolves.toBe("claimed");
  for (const wrong of [undefined, "", "a set-up tokeX", `${TOKEN} `]) {
    await expect(claimWith(wrong, claim)).rejects.toMatchObject({ code: "SETUP_TOKEN_INVALID" });
  }
});

test("after ten misses even the right token has to wait, for as long as the answer says, at this address alone", async () => {
  import.meta.jest.useFakeTimers({ now: 0 });
  const claimWith = guardOf(new Secret(TOKEN));
  for (let miss = 1; miss <= 10; miss += 1) await expect(claimWith("wrong", claim)).rejects.toMatchObject({ status: 403 });
  import.meta.jest.advanceTimersByTime(1_000_000);
  await expect(claimWith(TOKEN, claim)).rejects.toMatchObject({ code: "RATE_LIMITED", retryAfterSeconds: 2_600 });
  await expect(claimWith(TOKEN, claim, "192.0.2.2")).resolves.toBe("claimed");
  import.meta.jest.advanceTimersByTime(2_600_000);
  await expect(claimWith(TOKEN, claim)).resolves.toBe("claimed");
});

test("addresses of one /64 count as one", async () => {
  const claimWith = guardOf(new Secret(TOKEN));
  for (let miss = 1; miss <= 10; miss += 1)
    await expect(claimWith("wrong", claim, `2001:db8::${miss}`)).rejects.toMatchObject({ status: 403 });
  await expect(claimWith(TOKEN, claim, "2001:db8::ffff")).rejects.toMatchObject({ code: "RATE_LIMITED" });
  await expect(claimWith(TOKEN, claim, "2001:db8:0:1::1")).resolves.toBe("claimed");
});

test("without a token in the settings nothing claims", async () => {
  await expect(guardOf(null)("", claim)).rejects.toMatchObject({ code: "SETUP_TOKEN_INVALID" });
});

test("claims run one after the other, also past one that fails", async () => {
  const claimWith = guardOf(new Secret(TOKEN));
  const order: string[] = [];
  const step =
    (name: string, fails = false) =>
    async () => {
      order.push(`${name} begins`);
      await Promise.resolve();
      order.push(`${name} ends`);
      if (fails) throw new Error(name);
    };
  await Promise.allSettled([claimWith(TOKEN, step("first", true)), claimWith(TOKEN, step("second"))]);
  expect(order).toEqual(["first begins", "first ends", "second begins", "second ends"]);
});
