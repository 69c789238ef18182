// The session cookie in both forms.
import type { Request } from "express";
import { Secret } from "../../contracts/core/secret.ts";
import { createSessionCookie } from "./session-cookie.ts";

const TOKEN = "t".repeat(43);
const request = (cookie: string) => ({ headers: { cookie } }) as Request;

test("behind https it is bound to the host; over plain http it has no prefix", () => {
  const secure = createSessionCookie({ https: true });
  expect(secure.set(new Secret(TOKEN), 60)).toBe(
    `__Host-mosaic_session=${TOKEN}; Max-Age=60; Path=/; HttpOnly; SameSite=Lax; Secure`,
  );
  expect(createSessionCookie({ https: false }).set(new Secret(TOKEN), 60)).toBe(
    `mosaic_session=${TOKEN}; Max-Age=60; Path=/; HttpOnly; SameSite=Lax`,
  );
});

test("it is found among others, and not by a name that only looks like it", () => {
  const cookie = createSessionCookie({ https: false });
  expect(cookie.read(request(`a=b; mosaic_session=${TOKEN}; c=d`))?.reveal()).toBe(TOKEN);
  expect(cookie.read(request(`xmosaic_session=${TOKEN}`))).toBeNull();
  expect(createSessionCookie({ https: true }).read(request(`mosaic_session=${TOKEN}`))).toBeNull();
});

test("a malformed token or a second cookie of the name counts as none", () => {
  const cookie = createSessionCookie({ https: false });
  expect(cookie.read(request("mosaic_session=short"))).toBeNull();
  expect(cookie.read(request(`mosaic_session=${TOKEN}; mosaic_session=${TOKEN}`))).toBeNull();
  expect(cookie.isPresent(request("mosaic_session=short"))).toBe(true);
});
