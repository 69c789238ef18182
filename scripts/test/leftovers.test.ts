// What counts as left behind by a test run.
import type Docker from "dockerode";
import { findLeftovers, takeInventory } from "./leftovers.ts";

/** An engine with these networks and nothing else. */
function engine(...networks: { readonly Id: string; readonly Name: string }[]): Docker {
  const fake: Pick<Docker, "listContainers" | "listVolumes" | "listNetworks"> = {
    listContainers: async () => [],
    listVolumes: async () => ({ Volumes: [], Warnings: [] }),
    listNetworks: async () => networks as never,
  };
  return fake as Docker;
}

const id = (digit: string): string => digit.repeat(64);

test("the engine's own networks are the same after it was started again, with other ids", async () => {
  const before = await takeInventory(engine({ Id: id("1"), Name: "bridge" }, { Id: id("2"), Name: "host" }));
  expect(await findLeftovers(engine({ Id: id("8"), Name: "bridge" }, { Id: id("9"), Name: "host" }), before)).toEqual([]);
});

test("a network that a test made, and one that took the place of another, are left behind", async () => {
  const before = await takeInventory(engine({ Id: id("1"), Name: "mosaic-agents-1" }));
  const after = await takeInventory(engine({ Id: id("3"), Name: "mosaic-agents-1" }, { Id: id("4"), Name: "mosaic-agents-2" }));
  expect([...after].filter((thing) => !before.has(thing) && thing.startsWith("network"))).toEqual([
    "network mosaic-agents-1 (333333333333)",
    "network mosaic-agents-2 (444444444444)",
  ]);
});
