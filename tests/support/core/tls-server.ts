// Certificates that nobody signed, and an HTTPS server with one.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:https";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface TlsServer {
  readonly port: number;
  close(): Promise<void>;
}

export async function startSelfSignedServer(): Promise<TlsServer> {
  const server = createServer(await selfSigned("models.test"), (_request, response) => response.end("{}"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    async close() {
      const end = once(server, "close");
      server.close();
      server.closeAllConnections();
      await end;
    },
  };
}

export interface TlsFrontOptions {
  readonly host: string;
  readonly certified: { readonly key: string; readonly cert: string };
  /** The plain server behind it. */
  readonly behind: URL;
}

/** Speaks TLS in front of a plain server. */
export async function startTlsFront({ host, certified, behind }: TlsFrontOptions): Promise<TlsServer> {
  const sockets = new Set<Socket>();
  const server = createTlsServer(certified, (client) => {
    const onward = connect(Number(behind.port), behind.hostname);
    for (const [one, other] of [
      [client, onward],
      [onward, client],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy()).once("close", () => sockets.delete(one));
    }
  });
  server.on("tlsClientError", () => undefined).listen(0, host);
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    async close() {
      const end = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await end;
    },
  };
}

/** PEM. */
export async function selfSigned(name: string): Promise<{ key: string; cert: string }> {
  const folder = await mkdtemp(join(tmpdir(), "mosaic-tls-"));
  try {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    await run("openssl", ["req", "-x509", ...curve, "-keyout", key, "-out", cert, "-days", "2", "-subj", `/CN=${name}`]);
    return { key: await readFile(key, "utf8"), cert: await readFile(cert, "utf8") };
  } finally {
    await rm(folder, { recursive: true });
  }
}
