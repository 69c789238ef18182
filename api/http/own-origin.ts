// The origin of links to this installation.
import type { Request } from "express";
import { canonicalAddress } from "./remote-address.ts";

/**
 * The public URL; without one, the address that this connection was made to. A caller chooses the header Host and any
 * forwarded one, so that none of them is taken over; only its `localhost` is, where it names the same end of the connection.
 */
export function ownOrigin(publicUrl: URL | null, request: Pick<Request, "socket" | "headers">): string {
  if (publicUrl !== null) return publicUrl.origin;
  const { localAddress, localPort } = request.socket;
  const address = canonicalAddress(localAddress);
  const isLoopback = address === "127.0.0.1" || address === "::1";
  const port = localPort ?? 80;
  const byName = new URL(`http://localhost:${port}`);
  if (isLoopback && request.headers.host === byName.host) return byName.origin;
  return new URL(`http://${address.includes(":") ? `[${address}]` : address}:${port}`).origin;
}
