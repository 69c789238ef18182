// Ends connections whose server owes an answer and stays silent: a firewall that forgot them, a machine that lost power.
import { Socket } from "node:net";
import type { Client } from "pg";

/**
 * A statement that waits too long is given up by its own deadline, but its connection would be used again, and each
 * statement on it would wait as long. `client` is connected: with TLS its socket is another one before. `afterMs`: longer
 * than the server takes to end a statement by itself.
 */
export function endWhenSilent(client: Client, afterMs: number): void {
  const { stream } = client.connection;
  if (!(stream instanceof Socket)) return;
  let answeredAt = stream.bytesWritten;
  stream.on("data", () => void (answeredAt = stream.bytesWritten));
  stream.on("timeout", () => {
    if (stream.bytesWritten > answeredAt) stream.destroy(new Error("connection terminated: no answer"));
    // An idle connection is fine. The timeout fires again only if it is set again.
    else stream.setTimeout(afterMs);
  });
  stream.setTimeout(afterMs);
}
