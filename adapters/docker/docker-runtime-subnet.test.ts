import { chooseSubnet, gatewayOf, parseRoutes, nthAddress } from "./docker-runtime-subnet.ts";

describe("the subnet of the agents' bridge", () => {
  test("is the first of the pool on an empty host", () => {
    expect(chooseSubnet([], null)).toBe("172.28.0.0/20");
  });

  test("is the remembered one while it is free", () => {
    expect(chooseSubnet(["172.17.0.0/16"], "172.29.16.0/20")).toBe("172.29.16.0/20");
  });

  test("is another one when the remembered one is taken", () => {
    expect(chooseSubnet(["172.29.0.0/16"], "172.29.16.0/20")).toBe("172.28.0.0/20");
  });

  test("collides neither with a larger block around it nor with a smaller one inside it", () => {
    expect(chooseSubnet(["172.28.0.0/16", "172.29.0.128/25"], null)).toBe("172.29.16.0/20");
  });

  test("comes from the second pool when the first is full", () => {
    expect(chooseSubnet(["172.16.0.0/12"], null)).toBe("10.208.0.0/20");
  });

  test("cannot be had when both pools are full", () => {
    expect(() => chooseSubnet(["172.16.0.0/12", "10.0.0.0/8"], null)).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID" }),
    );
  });

  test("is not decided by IPv6 networks", () => {
    expect(chooseSubnet(["fd00::/8"], "not a subnet")).toBe("172.28.0.0/20");
  });
});

test("the bridge has the first address of its subnet", () => {
  expect(gatewayOf("172.28.16.0/20")).toBe("172.28.16.1");
});

test("the kernel's routing table is read without its default route", () => {
  const table = [
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
    "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
    "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
    "br-1\t00001CAC\t00000000\t0001\t0\t0\t0\t00F0FFFF\t0\t0\t0",
    "",
  ].join("\n");
  expect(parseRoutes(table)).toEqual(["172.17.0.0/16", "172.28.0.0/20"]);
});

test("addresses take turns: none comes again before all others did, and none is the network's, the bridge's or the broadcast", () => {
  const turn = Array.from({ length: 13 }, (_, number) => nthAddress("172.28.0.0/28", number));
  expect(new Set(turn).size).toBe(13);
  expect([turn[0], turn.at(-1)]).toEqual(["172.28.0.2", "172.28.0.14"]);
  expect(nthAddress("172.28.0.0/28", 13)).toBe(turn[0]);
  expect(nthAddress("10.208.16.0/20", 4092)).toBe("10.208.31.254");
});
