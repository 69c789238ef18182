// What is wrong with a provider's connection and how to fix it, as the api says it. Pages have their own words per reason.
import type { ProviderTestReason } from "../../contracts/providers/provider-facts.ts";

export const TEST_MESSAGES: Readonly<Record<ProviderTestReason, string>> = {
  address_invalid: "This is not an http or https address, or it contains credentials. Check it for typos.",
  address_loopback: "This address means the agent's own container. Use an address of this machine that containers reach.",
  address_metadata: "Link-local and metadata addresses are not allowed. Enter the address of a model server.",
  address_private: "This is a private address. An administrator must allow it first (MOSAIC_PROVIDER_NETWORKS).",
  address_agents: "This address is in the agents' network, where no model runs.",
  address_not_public: "This is not the public address of a server. Check it for typos.",
  port_refused: "This port is reserved for a protocol other than HTTP. Check the address.",
  redirected: "The address redirects. Enter the final address.",
  name_unknown: "The server name does not resolve. Check the address for typos.",
  nothing_listens: "Nothing listens at this address and port. Check that the server runs.",
  unreachable: "This address cannot be reached from here. Check the address and the network.",
  timed_out: "The server did not respond in time. Check the address and any firewall in between.",
  broken_off: "The connection was closed. Check that this is the address of an HTTP server.",
  certificate_refused:
    "The server's certificate was not accepted. Check the name in the address, and that the certificate is valid.",
  certificate_authority_unknown:
    "The server's certificate is from an unknown authority. An administrator can add the authority under System, Outbound connections.",
  certificate_self_signed:
    "The server's certificate is self-signed. An administrator can add the certificate under System, Outbound connections.",
  certificate_expired:
    "The server's certificate has expired or is not valid yet. Renew it, and check the clocks of both machines.",
  certificate_other_name:
    "The server's certificate was issued for a different name. Use the name in the certificate, or replace the certificate.",
  proxy_unreachable: "The proxy does not answer. An administrator can check this under System, Outbound connections.",
  proxy_refused: "The proxy does not allow this address. An administrator can check the proxy's user name, password and rules.",
  tls_not_spoken: "The server does not speak TLS on this port. Check the port, or use http.",
  key_missing: "The server requires an API key. Create one in the provider's console and enter it.",
  key_refused: "The server rejects this API key. Check that it is complete, active and valid for this address.",
  key_forbidden: "The key is valid but not allowed here. Check its permissions and allowed networks.",
  path_not_found: "The server has no such path. OpenAI-compatible addresses often end in /v1; an Ollama address has no path.",
  no_api: "The response is not a list of models. Check that this is the address of the API, not of a web page.",
  rate_limited: "The server's rate limit is exceeded. The key works; try again in a minute.",
  no_credit: "The account has no credit or quota left. Add some in the provider's console.",
  provider_fault: "The server reports an internal error. Try again later, or check the provider's status page.",
  unexpected_status: "The server rejects the request for its models. Check the address and the API type.",
  answer_too_large: "The response exceeds 1 MiB, too large for a list of models. Check the address.",
  no_models:
    "The server responds but has no usable model. Load one there (Ollama: ollama pull), or check what the key can use.",
  model_unknown: "The key works, but the provider does not have one of the chosen models. Choose models from its list.",
};
