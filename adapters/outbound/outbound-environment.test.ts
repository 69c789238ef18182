import { outboundEnvironment } from "./outbound-environment.ts";

test("nothing in the environment is nothing", () => {
  expect(outboundEnvironment({ https_proxy: "", NO_PROXY: "" })).toEqual({
    ...{ proxy: null, exceptions: [], certificatesFile: null, unusable: null },
  });
});

test.each([
  [{ http_proxy: "http://a:1" }, "http://a:1"],
  [{ HTTP_PROXY: "http://a:1", HTTPS_PROXY: "http://b:2" }, "http://b:2"],
  [{ HTTPS_PROXY: "http://b:2", https_proxy: "http://c:3/" }, "http://c:3"],
  [{ http_proxy: "proxy.example:3128" }, "http://proxy.example:3128"],
])("%j names the proxy %s", (env, origin) => {
  expect(outboundEnvironment(env).proxy?.url.origin).toBe(origin);
});

test("user name and password are taken out of the address", () => {
  const { proxy } = outboundEnvironment({ https_proxy: "http://fleet:a%40b@proxy.example:3128" });
  expect([proxy?.url.href, proxy?.username, proxy?.password?.reveal()]).toEqual(["http://proxy.example:3128/", "fleet", "a@b"]);
});

test.each(["socks5://proxy.example:1080", "http://", "http://%zz@proxy.example"])(
  "%s is no proxy of ours, and no reason not to start",
  (https_proxy) => {
    expect(outboundEnvironment({ https_proxy })).toMatchObject({ proxy: null, unusable: "https_proxy" });
  },
);

test("exceptions are parted by commas or blanks", () => {
  expect(outboundEnvironment({ no_proxy: "a, b  c,,d" }).exceptions).toEqual(["a", "b", "c", "d"]);
});
