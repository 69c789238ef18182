// The rule on providers' addresses as the api applies it: a connection is tested, saved and handed to an agent by the same one.
import { judgeAddress } from "../../adapters/outbound/outbound-address.ts";
import {
  addressRefusal,
  resolvedAddressRefusal,
  type AddressRefusal,
  type JudgeAddress,
  type ResolveName,
} from "../../adapters/llm/provider-address.ts";
import { TEST_MESSAGES } from "../../adapters/llm/provider-test-messages.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { PROVIDER_DEFAULTS } from "../../contracts/providers/provider-facts.ts";
import type { RefusalOf } from "../../domain/agent-config/agent-settings.ts";
import type { AgentBridge } from "../http/agent-bridge.ts";
import type { ApiConfig } from "../config.ts";

export interface ProviderAddresses {
  /** For every connection that the api makes on a user's word. */
  readonly judge: JudgeAddress;
  /** By the address alone: at every start of an agent, and whenever its settings are shown. */
  readonly refusalOf: RefusalOf;
  /** Before it is saved; a name is resolved. @throws FleetError VALIDATION_FAILED on `baseUrl`, with details.reason. */
  assertAllowed(baseUrl: string | null | undefined): Promise<void>;
}

interface Rule {
  readonly config: Pick<ApiConfig, "providerNetworks" | "demoModelPort">;
  readonly bridge: Pick<AgentBridge, "addresses" | "subnets">;
  readonly resolve: ResolveName;
}

export function createProviderAddresses({ config, bridge, resolve }: Rule): ProviderAddresses {
  const judge = judgeOutbound(config, bridge);
  return {
    judge,
    refusalOf: (baseUrl) => addressRefusal(baseUrl, judge),
    async assertAllowed(baseUrl) {
      if (baseUrl === null || baseUrl === undefined || USUAL.has(baseUrl)) return;
      assertAddressForm(baseUrl);
      const reason = await resolvedAddressRefusal(baseUrl, { judge, resolve });
      if (reason !== null) throw refused(TEST_MESSAGES[reason], reason);
    },
  };
}

/** The providers' own addresses, which need no look. */
const USUAL: ReadonlySet<string | null> = new Set(Object.values(PROVIDER_DEFAULTS).map(({ baseUrl }) => baseUrl));

/** What no connection can be made of. @throws FleetError VALIDATION_FAILED on `baseUrl`. */
export function assertAddressForm(baseUrl: string): void {
  const url = new URL(baseUrl);
  if (url.username !== "" || url.password !== "")
    throw refused("Enter the key in its own field, not in the address.", "address_invalid");
  // As typed: the path of each call is put behind it, and would become part of a query or of nothing.
  if (/[?#]/.test(baseUrl)) throw refused("Remove everything from ? or # onwards.", "address_invalid");
}

/**
 * The bridge's own address is where containers reach this machine, and all that listens on it: it is open where an
 * administrator opened it, like any private address, and else for the demonstration's model alone. The rest of its network is
 * never called, whatever is configured: a wrong key sent to another tenant's gateway ten times would lock us out.
 */
function judgeOutbound(config: Rule["config"], bridge: Rule["bridge"]): JudgeAddress {
  const networks = config.providerNetworks;
  const opened = networks === "all" ? { allowPrivate: true } : { allowedCidrs: networks };
  return (address, port) => {
    if (!bridge.addresses().includes(address)) return judgeAddress(address, { ...opened, agentCidrs: bridge.subnets() });
    return port === config.demoModelPort ? "allowed" : judgeAddress(address, opened);
  };
}

function refused(message: string, reason: AddressRefusal): FleetError {
  return new FleetError("VALIDATION_FAILED", message, { validations: [{ path: "baseUrl", message }], details: { reason } });
}
