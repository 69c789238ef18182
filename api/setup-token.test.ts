// The set-up token's guard.
import { Secret } from "../contracts/secret.ts";
import { createSetupGuard } from "./setup-token.ts";

const TOKEN = "a set-up token";
const claim = async () => "claimed";

test("the right token claims, any other and none is refused", async () => {
  const guard = createSetupGuard(new Secret(TOKEN));
  await expect(guard.claim(TOKEN, claim)).resolves.toBe("claimed");
  for (const wrong of [undefined, "", "a set-up tokeX", `${TOKEN} `]) {
    await expect(guard.claim(wrong, claim)).rejects.toMatchObject({ code: "SETUP_TOKEN_INVALID" });
  }
});

test("after ten misses even the right token has to wait for a new start", async () => {
  const guard = createSetupGuard(new Secret(TOKEN));
  for (let miss = 1; miss <= 10; miss += 1) await expect(guard.claim("wrong", claim)).rejects.toMatchObject({ status: 403 });
  await expect(guard.claim(TOKEN, claim)).rejects.toMatchObject({ code: "RATE_LIMITED" });
});

test("without a token in the settings nothing claims", async () => {
  await expect(createSetupGuard(null).claim("", claim)).rejects.toMatchObject({ code: "SETUP_TOKEN_INVALID" });
});

test("claims run one after the other, also past one that fails", async () => {
  const guard = createSetupGuard(new Secret(TOKEN));
  const order: string[] = [];
  const step =
    (name: string, fails = false) =>
    async () => {
      order.push(`${name} begins`);
      await Promise.resolve();
      order.push(`${name} ends`);
      if (fails) throw new Error(name);
    };
  await Promise.allSettled([guard.claim(TOKEN, step("first", true)), guard.claim(TOKEN, step("second"))]);
  expect(order).toEqual(["first begins", "first ends", "second begins", "second ends"]);
});
