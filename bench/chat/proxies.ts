// Established proxies, each in front of one light gateway: nginx, and JupyterHub's configurable-http-proxy.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { request } from "undici";
import { GATEWAY_PORT, GATEWAY_SERVER_NAME } from "../../contracts/containers/agent-container.ts";
import { freePort } from "../../tests/support/core/stack.ts";
import { waitFor } from "../../tests/support/core/wait-for.ts";
import type { StagedAgent } from "./stage.ts";

const START_TIMEOUT_MS = 60_000;

/** Headers of every request to a proxy. */
export const PROXY_HEADERS = { host: GATEWAY_SERVER_NAME } as const;

export interface Proxy {
  readonly url: string;
  readonly pid: number;
  end(): Promise<void>;
}

/** It takes the name that the gateway must prove from the Host header. It logs each request, which is its default. */
export async function startConfigurableHttpProxy({ host, tls }: StagedAgent): Promise<Proxy> {
  const main = createRequire(import.meta.url).resolve("configurable-http-proxy");
  const command = join(dirname(main), "bin/configurable-http-proxy");
  const folder = await mkdtemp(join(tmpdir(), "mosaic-chp-"));
  const authority = join(folder, "gateway.pem");
  await writeFile(authority, tls.certificate);
  const [port, apiPort] = [await freePort(), await freePort()];
  const listen = ["--ip", "127.0.0.1", "--port", String(port), "--api-ip", "127.0.0.1", "--api-port", String(apiPort)];
  const target = ["--default-target", `https://${host}:${GATEWAY_PORT}`, "--no-x-forward"];
  const child = spawn(process.execPath, [command, ...listen, ...target], {
    env: { PATH: process.env["PATH"], NODE_EXTRA_CA_CERTS: authority },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return await proxyOf({ child, port, folder });
}

/** One process, which reuses connections and checks the gateway's certificate. Null if nginx is not installed. */
export async function startNginx({ host, tls }: StagedAgent): Promise<Proxy | null> {
  const folder = await mkdtemp(join(tmpdir(), "mosaic-nginx-"));
  const port = await freePort();
  await writeFile(join(folder, "gateway.pem"), tls.certificate);
  await writeFile(join(folder, "nginx.conf"), nginxConfiguration(folder, host, port));
  const child = spawn("nginx", ["-c", join(folder, "nginx.conf"), "-e", "stderr"], { stdio: ["ignore", "ignore", "inherit"] });
  const isThere = await Promise.race([
    once(child, "spawn").then(() => true),
    new Promise<boolean>((resolve) => child.once("error", () => resolve(false))),
  ]);
  if (isThere) return await proxyOf({ child, port, folder });
  await rm(folder, { recursive: true });
  return null;
}

function nginxConfiguration(folder: string, host: string, port: number): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${join(folder, kind)};`,
  );
  return `daemon off; master_process off; pid ${join(folder, "pid")}; error_log stderr warn;
events { worker_connections 4096; }
http {
  ${temporary.join(" ")}
  access_log ${join(folder, "access.log")};
  keepalive_requests 1000000;
  upstream gateway { server ${host}:${GATEWAY_PORT}; keepalive 64; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass https://gateway; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
      proxy_ssl_name ${GATEWAY_SERVER_NAME}; proxy_ssl_server_name on; proxy_ssl_protocols TLSv1.3;
      proxy_ssl_verify on; proxy_ssl_trusted_certificate ${join(folder, "gateway.pem")};
    }
  }
}
`;
}

interface Started {
  readonly child: ChildProcess;
  readonly port: number;
  /** A folder of its own, removed with it. */
  readonly folder: string;
}

/** Resolves once it accepts connections: without a token the gateway behind it refuses, but that is an answer too. */
async function proxyOf({ child, port, folder }: Started): Promise<Proxy> {
  const url = `http://127.0.0.1:${port}`;
  const ended = once(child, "exit");
  const end = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const answers = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}.`);
    const { statusCode, body } = await request(url, { method: "POST", headers: PROXY_HEADERS, body: "{}" });
    await body.dump();
    return statusCode === 401;
  };
  try {
    await waitFor(answers, { timeoutMs: START_TIMEOUT_MS, what: `${child.spawnfile} answers` });
  } catch (error) {
    await end();
    throw error;
  }
  return { url, pid: child.pid ?? 0, end };
}
