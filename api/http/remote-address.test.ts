// Addresses and the groups they are counted in.
import { addressGroup, canonicalAddress } from "./remote-address.ts";

test.each<[string | undefined, string]>([
  ["1.2.3.4", "1.2.3.4"],
  ["::ffff:1.2.3.4", "1.2.3.4"],
  ["2001:DB8::1", "2001:db8::1"],
  ["fe80::1%eth0", "fe80::1"],
  ["nonsense", "unknown"],
  [undefined, "unknown"],
])("%s is written %s", (given, expected) => {
  expect(canonicalAddress(given)).toBe(expected);
});

test("IPv4 counts alone, IPv6 by its /64", () => {
  expect(addressGroup("1.2.3.4")).toBe("1.2.3.4");
  expect(addressGroup("2001:db8:1:2:3:4:5:6")).toBe(addressGroup("2001:db8:1:2::9"));
  expect(addressGroup("2001:db8:1:2::9")).not.toBe(addressGroup("2001:db8:1:3::9"));
});
