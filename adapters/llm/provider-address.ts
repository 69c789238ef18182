// Whether a provider's address may be called: one rule for the test of a connection, for saving it, and for what an agent gets.
import { lookup, type LookupAddress } from "node:dns";
import { isIP } from "node:net";
import type { ProviderTestReason } from "../../contracts/providers/provider-facts.ts";
import { isPortOfAnotherProtocol, type AddressVerdict } from "../outbound/outbound-address.ts";

/** Whether an address may be called at a port; decided by the administrator's list and the agents' own networks. */
export type JudgeAddress = (address: string, port: number) => AddressVerdict;
/** @throws an Error with a code of DNS */
export type ResolveName = (name: string) => Promise<readonly string[]>;

export type AddressRefusal = Extract<ProviderTestReason, `address_${string}` | "port_refused">;

/** Longer than this nobody waits for a name at saving; a name that is not known yet is no reason to refuse. */
const RESOLVE_TIMEOUT_MS = 3_000;
const USUAL_PORTS = { http: 80, https: 443 } as const;
/** Names that mean an address on every machine, whatever its resolver says of them. */
const LOOPBACK = "127.0.0.1";
const METADATA = "169.254.169.254";
const METADATA_NAMES: ReadonlySet<string> = new Set(["metadata", "metadata.google.internal", "instance-data"]);

const REFUSALS = {
  loopback: "address_loopback",
  metadata: "address_metadata",
  agents: "address_agents",
  private: "address_private",
  not_public: "address_not_public",
} as const satisfies Record<Exclude<AddressVerdict, "allowed">, AddressRefusal>;

export function refusalOfVerdict(verdict: AddressVerdict): AddressRefusal | null {
  return verdict === "allowed" ? null : REFUSALS[verdict];
}

/** Why an address is refused, judged by the address alone; a name is judged by what it resolves to, see below. */
export function addressRefusal(text: string, judge: JudgeAddress): AddressRefusal | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return "address_invalid";
  if (url.username !== "" || url.password !== "") return "address_invalid";
  if (isPortOfAnotherProtocol(url.port)) return "port_refused";
  const address = fixedAddress(hostOf(url));
  return address === null ? null : refusalOfVerdict(judge(address, portOf(url)));
}

/** As above, and for a name, why any address that it has is refused. A name that cannot be resolved is not refused for that. */
export async function resolvedAddressRefusal(
  text: string,
  { judge, resolve }: { readonly judge: JudgeAddress; readonly resolve: ResolveName },
): Promise<AddressRefusal | null> {
  const refusal = addressRefusal(text, judge);
  const url = new URL(text);
  if (refusal !== null || fixedAddress(hostOf(url)) !== null) return refusal;
  const addresses = await resolve(hostOf(url)).catch(() => []);
  const refusals = addresses.map((address) => refusalOfVerdict(judge(address, portOf(url))));
  return refusals.find((each) => each !== null) ?? null;
}

/** By the machine's own resolver. */
export async function resolveName(name: string): Promise<readonly string[]> {
  const resolved = new Promise<readonly LookupAddress[]>((resolve, reject) => {
    lookup(name, { all: true }, (error, found) => (error === null ? resolve(found) : reject(error)));
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly LookupAddress[]>((resolve) => {
    timer = setTimeout(() => resolve([]), RESOLVE_TIMEOUT_MS);
  });
  const found = await Promise.race([resolved, late]).finally(() => clearTimeout(timer));
  return found.map(({ address }) => address);
}

/** Null for a name that has to be resolved. URL has turned every spelling of an IPv4 address into the usual one. */
function fixedAddress(host: string): string | null {
  if (isIP(host) !== 0) return host;
  if (host === "localhost" || host.endsWith(".localhost")) return LOOPBACK;
  return METADATA_NAMES.has(host) ? METADATA : null;
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}

export function portOf({ port, protocol }: URL): number {
  return port === "" ? USUAL_PORTS[protocol === "https:" ? "https" : "http"] : Number(port);
}
