// What a link of ours may begin with.
import type { Socket } from "node:net";
import { ownOrigin } from "./own-origin.ts";

function request(host: string | undefined, localAddress = "127.0.0.1", localPort = 4000) {
  return { headers: host === undefined ? {} : { host }, socket: { localAddress, localPort } as Socket };
}

test("with a public URL, that alone counts", () => {
  expect(ownOrigin(new URL("https://fleet.example"), request("127.0.0.1:4000"))).toBe("https://fleet.example");
});

test.each([
  ["127.0.0.1:4000", "127.0.0.1", "http://127.0.0.1:4000"],
  ["localhost:4000", "127.0.0.1", "http://localhost:4000"],
  ["localhost:4000", "::1", "http://localhost:4000"],
  ["192.168.1.5:4000", "::ffff:192.168.1.5", "http://192.168.1.5:4000"],
  ["[::1]:4000", "::1", "http://[::1]:4000"],
  ["[fd00::5]:4000", "fd00::5", "http://[fd00::5]:4000"],
])("without one, %s at %s is %s", (host, localAddress, origin) => {
  expect(ownOrigin(null, request(host, localAddress))).toBe(origin);
});

test.each([
  "x@203.0.113.9",
  "203.0.113.9",
  "203.0.113.9:4000",
  "127.0.0.1:4000@203.0.113.9",
  "127.0.0.1:80",
  "localhost",
  "localhost:81",
  "localhost:4000/../evil",
  "evil.example",
  "[::1]:4000",
  "",
  undefined,
])("a Host of %j does not get into a link", (host) => {
  expect(ownOrigin(null, request(host))).toBe("http://127.0.0.1:4000");
});

test("localhost is not what somebody on the network connected to", () => {
  expect(ownOrigin(null, request("localhost:4000", "192.168.1.5"))).toBe("http://192.168.1.5:4000");
});

test("the usual port is left out", () => {
  expect(ownOrigin(null, request("localhost", "127.0.0.1", 80))).toBe("http://localhost");
});
