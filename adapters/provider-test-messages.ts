// What is wrong with a provider's connection and what mends it, in the api's own words. Pages have theirs, by the reason.
import type { ProviderTestReason } from "../contracts/provider-facts.ts";

export const TEST_MESSAGES: Readonly<Record<ProviderTestReason, string>> = {
  address_invalid: "This is no http or https address without credentials in it. Check it for typing errors.",
  address_loopback: "This address means the agent's own container. Use an address of this machine that containers reach.",
  address_metadata: "Link-local and metadata addresses are never called. Enter the address of a model server.",
  address_private: "This is a private address, which an administrator has to allow first (MOSAIC_PROVIDER_NETWORKS).",
  address_agents: "This is an address of the agents' own network, where no model runs.",
  address_not_public: "This is no public address of a server. Check it for typing errors.",
  port_refused: "This port belongs to another protocol than HTTP. Check the address.",
  redirected: "The address sends us on to another one. Enter the final address.",
  name_unknown: "The name of the server is not known. Check the address for typing errors.",
  nothing_listens: "Nothing listens at this address and port. Check that the server runs.",
  unreachable: "There is no way to this address from here. Check the address and the network.",
  timed_out: "The server did not answer in time. Check the address, and that a firewall lets us through.",
  broken_off: "The connection broke off. Check that this is the address of an HTTP server.",
  certificate_refused:
    "The server's certificate was not accepted. Check the name in the address, and that the certificate is valid.",
  tls_not_spoken: "The server speaks no TLS at this port. Check the port, or use http.",
  key_missing: "The server wants an API key. Create one in the provider's console and enter it.",
  key_refused: "The server refuses this API key. Check that it is whole, active and meant for this address.",
  key_forbidden: "The key is known, but not allowed here. Check its permissions, and where it may be used from.",
  path_not_found: "The server has no such path. OpenAI-compatible addresses often end in /v1; that of Ollama has no path.",
  no_api: "The answer is no list of models. Check that this is the address of the API, not of a web page.",
  rate_limited: "The server asks to slow down. The key works; try again in a minute.",
  no_credit: "The account has no credit or quota left. Add some in the provider's console.",
  provider_fault: "The server has a fault of its own. Try again later, or look at the provider's status page.",
  unexpected_status: "The server refuses the question for its models. Check the address and the interface.",
  answer_too_large: "The answer is larger than 1 MiB, which no list of models is. Check the address.",
  no_models: "The server answers, but has no models. Load one there (Ollama: ollama pull), or check what the key may use.",
  model_unknown: "The key works, but the provider does not have a model that is chosen. Choose one of its list.",
};
