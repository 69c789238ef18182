// Asks the Docker Engine over plain HTTP. The supervisor uses this instead of a client library, which would stay in its memory.
import type { RequestOptions } from "node:http";
import { z } from "zod";
import { FleetError } from "../../contracts/core/errors.ts";
import { parsedBody, plainGet, type PlainAnswer } from "./plain-get.ts";
import type { Environment } from "./settings.ts";

export const ENGINE_SOCKET = "/var/run/docker.sock";
/** A busy machine must not be mistaken for one without an engine: a second one would be started beside it. */
const TIMEOUT_MS = 10_000;
const PORT = 2375;

const versionSchema = z.looseObject({ Version: z.string() });

/** The version of the engine at DOCKER_HOST. @throws Error with the system's code when it does not answer in ten seconds */
export async function engineVersion(environment: Environment): Promise<string> {
  const answer = await ask(environment, "/version");
  const version = versionSchema.safeParse(parsedBody(answer));
  if (!version.success) throw new FleetError("ENGINE_UNAVAILABLE", `The Docker Engine answers ${answer.status}.`);
  return version.data.Version;
}

export async function engineHasImage(environment: Environment, name: string): Promise<boolean> {
  const { status } = await ask(environment, `/images/${name}/json`);
  if (status !== 200 && status !== 404) throw new FleetError("ENGINE_UNAVAILABLE", `The Docker Engine answers ${status}.`);
  return status === 200;
}

async function ask(environment: Environment, path: string): Promise<PlainAnswer> {
  return await plainGet({ ...engineAt(environment["DOCKER_HOST"]), path }, TIMEOUT_MS);
}

/** The places that the worker can use as well. */
function engineAt(dockerHost: string | undefined): RequestOptions {
  if (dockerHost === undefined) return { socketPath: ENGINE_SOCKET };
  const url = URL.parse(dockerHost);
  if (url === null || !["unix:", "tcp:", "http:"].includes(url.protocol)) {
    throw new FleetError("CONFIG_INVALID", "DOCKER_HOST: Give a URL that begins with unix:// or tcp://.");
  }
  if (url.protocol === "unix:") return { socketPath: url.pathname };
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || PORT) };
}
