import { isException } from "./proxy-exceptions.ts";

const matches = (address: string, ...entries: string[]): boolean => isException(new URL(address), entries);

test.each([
  ["https://example.org/", "example.org"],
  ["https://api.example.org/", "example.org"],
  ["https://api.example.org/", ".example.org"],
  ["https://api.example.org/", "*.example.org"],
  ["https://API.example.org./", "api.EXAMPLE.org"],
  ["https://example.org/", "example.org:443"],
  ["http://example.org:8080/", "example.org:8080"],
  ["http://10.1.2.3/", "10.0.0.0/8"],
  ["http://10.1.2.3/", "10.1.2.3"],
  ["http://[fd00::5]/", "fd00::/8"],
  ["http://[::1]:80/", "::1"],
  ["http://[fd00::5]:8080/", "[fd00::5]:8080"],
  ["https://anything.example/", "*"],
])("%s is an exception by %s", (address, entry) => {
  expect(matches(address, "other.example", entry)).toBe(true);
});

test.each([
  ["https://notexample.org/", "example.org"],
  ["https://example.org.evil/", "example.org"],
  ["https://example.org/", "example.org:8443"],
  ["http://11.1.2.3/", "10.0.0.0/8"],
  ["https://ten.example/", "10.0.0.0/8"],
  ["https://example.org/", ""],
  ["https://example.org/", "."],
])("%s is none by %j", (address, entry) => {
  expect(matches(address, entry)).toBe(false);
});
