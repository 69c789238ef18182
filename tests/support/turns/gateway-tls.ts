// What a gateway of a test proves itself with, and a client that believes nobody else.
import { Agent, fetch } from "undici";
import { newGatewayIdentity, type GatewayIdentity } from "../../../adapters/crypto/gateway-identity.ts";
import { pinnedConnector } from "../../../adapters/openclaw/gateway-pin.ts";
import type { FakeGatewayTls } from "./fake-gateway.ts";

const CONNECT_TIMEOUT_MS = 60_000;

export function tlsOf({ certificate, key }: GatewayIdentity): FakeGatewayTls {
  return { certificate, key: key.reveal() };
}

export function newGatewayTls(): FakeGatewayTls {
  return tlsOf(newGatewayIdentity());
}

/** Answers as `fetch` does, from the holder of this certificate alone. */
export function pinnedFetch(certificate: string): typeof fetch {
  const dispatcher = new Agent({ connect: pinnedConnector(certificate, CONNECT_TIMEOUT_MS) });
  return (input, init) => fetch(input, { ...init, dispatcher });
}
