// Which provider addresses are refused before anything is saved. Names are checked again, resolved, at every connection.
import { isIP } from "node:net";
import { judgeAddress } from "../adapters/outbound-address.ts";
import { FleetError } from "../contracts/errors.ts";

const METADATA_NAMES: ReadonlySet<string> = new Set(["metadata", "metadata.google.internal", "instance-data"]);
const LOOPBACK_HINT =
  "This address means the agent's own container, where no model runs. Use an address of this machine that containers reach, or the provider's public one.";
const METADATA_HINT = "Link-local and metadata addresses are never called.";

/** @throws FleetError VALIDATION_FAILED on the field `baseUrl`, with a hint. */
export function assertProviderAddress(baseUrl: string | null | undefined): void {
  if (baseUrl === null || baseUrl === undefined) return;
  // URL turns every spelling of an IPv4 address (decimal, hexadecimal, short) into the usual one.
  const url = new URL(baseUrl);
  if (url.username !== "" || url.password !== "") throw refused("Give the key in its own field, not in the address.");
  // As typed: the path of each call is put behind it, and would become part of a query or of nothing.
  if (/[?#]/.test(baseUrl)) throw refused("Leave out everything from ? or # on: the address ends with a path.");
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (host === "localhost" || host.endsWith(".localhost")) throw refused(LOOPBACK_HINT);
  if (METADATA_NAMES.has(host)) throw refused(METADATA_HINT);
  if (isIP(host) === 0) return;
  // Whether a private address is opened is the connection's rule, not that of saving.
  switch (judgeAddress(host, { allowPrivate: true })) {
    case "allowed":
    case "private":
      return;
    case "loopback":
      throw refused(LOOPBACK_HINT);
    case "metadata":
      throw refused(METADATA_HINT);
    case "agents":
    case "not_public":
      throw refused("This is no address of a server.");
  }
}

function refused(message: string): FleetError {
  return new FleetError("VALIDATION_FAILED", message, { validations: [{ path: "baseUrl", message }] });
}
