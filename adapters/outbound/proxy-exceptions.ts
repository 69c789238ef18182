// Which addresses are reached without the proxy: the rules that programs share for NO_PROXY, with networks beside names.
import ipaddr from "ipaddr.js";

const USUAL_PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

/** A name stands for itself and all below it, with or without a dot or `*.` before it; `*` for everything. */
export function isException(url: URL, exceptions: readonly string[]): boolean {
  const host = url.hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
  const port = url.port === "" ? USUAL_PORTS[url.protocol] : url.port;
  return exceptions.some((entry) => matches(entry.trim().toLowerCase(), host, port));
}

function matches(entry: string, host: string, port: string | undefined): boolean {
  if (entry === "") return false;
  if (entry === "*") return true;
  if (ipaddr.isValidCIDR(entry)) return ipaddr.isValid(host) && isWithin(host, entry);
  const { name, port: wanted } = parted(entry);
  if (wanted !== undefined && wanted !== port) return false;
  if (ipaddr.isValid(name)) return ipaddr.isValid(host) && ipaddr.parse(name).toString() === ipaddr.parse(host).toString();
  const plain = name.replace(/^\*?\./, "");
  return plain !== "" && (host === plain || host.endsWith(`.${plain}`));
}

function isWithin(host: string, cidr: string): boolean {
  const address = ipaddr.process(host);
  const [network, bits] = ipaddr.parseCIDR(cidr);
  return address.kind() === network.kind() && address.match(network, bits);
}

/** `[::1]:8080`, `::1`, `name:8080`, `name`. */
function parted(entry: string): { readonly name: string; readonly port: string | undefined } {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(entry);
  if (bracketed !== null) return { name: bracketed[1] ?? "", port: bracketed[2] };
  if (ipaddr.isValid(entry)) return { name: entry, port: undefined };
  const [name = "", port] = entry.split(":");
  return { name, port };
}
