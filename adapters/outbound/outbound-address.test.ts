// Tests of the rule on addresses that users may make the product call.
import { isPortOfAnotherProtocol, judgeAddress } from "./outbound-address.ts";

describe("addresses that a user may name", () => {
  test.each(["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])("allows the public address %s", (address) => {
    expect(judgeAddress(address, {})).toBe("allowed");
  });

  test.each(["127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::", "::ffff:127.0.0.1", "::ffff:7f00:1"])(
    "never allows loopback: %s",
    (address) => {
      expect(judgeAddress(address, { allowPrivate: true, allowedCidrs: ["0.0.0.0/0", "::/0"] })).toBe("loopback");
    },
  );

  test.each([
    "169.254.169.254",
    "169.254.0.1",
    "fe80::1",
    "::ffff:a9fe:a9fe",
    "168.63.129.16",
    "100.100.100.200",
    "fd00:ec2::254",
  ])("never allows link-local and metadata: %s", (address) => {
    expect(judgeAddress(address, { allowPrivate: true, allowedCidrs: ["0.0.0.0/0", "::/0"] })).toBe("metadata");
  });

  test.each([
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "::7f00:1",
    "2002:7f00:1::",
    "ff02::1",
    "4000::1",
    "64:ff9b:1::a9fe:a9fe",
    "::ffff:0:127.0.0.1",
    "no-address",
  ])("never allows what is no server's public address: %s", (address) => {
    expect(judgeAddress(address, { allowPrivate: true })).toBe("not_public");
  });

  test.each(["10.1.2.3", "172.16.0.1", "192.168.1.1", "fd12:3456::1", "::ffff:10.1.2.3"])(
    "allows private addresses only when asked to: %s",
    (address) => {
      expect(judgeAddress(address, {})).toBe("private");
      expect(judgeAddress(address, { allowPrivate: true })).toBe("allowed");
    },
  );

  test.each(["172.30.0.1", "172.30.200.9", "::ffff:172.30.0.7"])("never allows the agents' own network: %s", (address) => {
    const rule = { allowPrivate: true, allowedCidrs: ["172.16.0.0/12"], agentCidrs: ["172.30.0.0/16"] };
    expect(judgeAddress(address, rule)).toBe("agents");
    expect(judgeAddress("172.29.0.1", rule)).toBe("allowed");
  });

  test("allows exactly the private networks of the list", () => {
    const rule = { allowedCidrs: ["10.20.0.0/16", "fd12::/16"] };
    expect(judgeAddress("10.20.30.40", rule)).toBe("allowed");
    expect(judgeAddress("10.21.0.1", rule)).toBe("private");
    expect(judgeAddress("fd12::1", rule)).toBe("allowed");
    expect(judgeAddress("fd13::1", rule)).toBe("private");
  });
});

test("ports of other protocols are known, those that model servers use are free", () => {
  expect(["22", "25", "6667"].map(isPortOfAnotherProtocol)).toEqual([true, true, true]);
  expect(["", "80", "443", "1234", "4000", "8000", "8080", "11434"].some(isPortOfAnotherProtocol)).toBe(false);
});
