// Picks a subnet for the agents' bridge that collides with no network of the engine and no route of the host.
import { readFile } from "node:fs/promises";
import ipaddr from "ipaddr.js";
import { plainReason } from "../../contracts/containers/container-reasons.ts";
import { reasonError } from "../../contracts/containers/reason-words.ts";
import { FleetError } from "../../contracts/core/errors.ts";

/** 4,093 agents each; the part of 172.16.0.0/12 that Docker itself hands out last, then a quiet part of 10.0.0.0/8. */
const SUBNET_BITS = 20;
const SUBNET_SIZE = 2 ** (32 - SUBNET_BITS);
const POOLS = ["172.28.0.0/14", "10.208.0.0/12"] as const;

/**
 * The remembered subnet when it is free, else the first free one.
 * @throws FleetError CONFIG_INVALID when everything is taken.
 */
export function chooseSubnet(taken: readonly string[], preferred: string | null): string {
  const blocks = taken.map(parseBlock).filter((block) => block !== null);
  const isFree = (candidate: Block): boolean => !blocks.some((block) => overlaps(block, candidate));
  const remembered = preferred === null ? null : parseBlock(preferred);
  if (preferred !== null && remembered !== null && isFree(remembered)) return preferred;
  for (const pool of POOLS) {
    for (const candidate of subnetsOf(pool)) if (isFree(candidate)) return textOf(candidate);
  }
  throw reasonError("CONFIG_INVALID", plainReason("no_free_subnet"));
}

/** The first address of a subnet, which the bridge gets. */
export function gatewayOf(subnet: string): string {
  const block = parseBlock(subnet);
  if (block === null) throw new FleetError("CONFIG_INVALID", "The subnet of the agents' network is not a valid CIDR block.");
  return addressText(block.first + 1);
}

/** Goes through the addresses that containers can have, round and round: all but network, bridge and broadcast. */
export function nthAddress(subnet: string, number: number): string {
  const block = parseBlock(subnet);
  if (block === null) throw new FleetError("CONFIG_INVALID", "The subnet of the agents' network is not a valid CIDR block.");
  const usable = block.last - block.first - 2;
  return addressText(block.first + 2 + (number % usable));
}

/** IPv4 routes of this host, without the default route; empty where /proc does not tell. */
export async function hostRoutes(file = "/proc/net/route"): Promise<string[]> {
  const table = await readFile(file, "utf8").catch(() => "");
  return parseRoutes(table);
}

/** The kernel writes addresses in hexadecimal, lowest byte first. */
export function parseRoutes(table: string): string[] {
  return table
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([, destination, , , , , , mask]) => {
      if (destination === undefined || mask === undefined || destination === "00000000") return [];
      const bits = littleEndian(mask).toString(2).replaceAll("0", "").length;
      return [`${addressText(littleEndian(destination))}/${bits}`];
    });
}

/** An IPv4 block as the numbers of its first and last address. */
interface Block {
  readonly first: number;
  readonly last: number;
}

function parseBlock(cidr: string): Block | null {
  if (!ipaddr.IPv4.isValidCIDR(cidr)) return null;
  const [address, bits] = ipaddr.IPv4.parseCIDR(cidr);
  const size = 2 ** (32 - bits);
  const number = address.octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const first = number - (number % size);
  return { first, last: first + size - 1 };
}

function subnetsOf(pool: string): Block[] {
  const block = parseBlock(pool);
  if (block === null) return [];
  const count = (block.last - block.first + 1) / SUBNET_SIZE;
  return Array.from({ length: count }, (_, index) => {
    const first = block.first + index * SUBNET_SIZE;
    return { first, last: first + SUBNET_SIZE - 1 };
  });
}

function overlaps(a: Block, b: Block): boolean {
  return a.first <= b.last && b.first <= a.last;
}

function textOf(block: Block): string {
  return `${addressText(block.first)}/${SUBNET_BITS}`;
}

function addressText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

function littleEndian(hex: string): number {
  return Buffer.from(hex, "hex").readUInt32LE();
}
