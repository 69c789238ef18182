// A client of the Docker engine at the address that the settings name.
import Docker from "dockerode";

/** `dockerHost` as in DOCKER_HOST; null means the engine's usual socket. */
export function createDockerClient(dockerHost: string | null): Docker {
  return new Docker(engineAddress(dockerHost));
}

function engineAddress(dockerHost: string | null): Docker.DockerOptions {
  if (dockerHost === null) return { socketPath: "/var/run/docker.sock" };
  const url = new URL(dockerHost);
  if (url.protocol === "unix:") return { socketPath: url.pathname };
  return { host: url.hostname, port: Number(url.port === "" ? 2375 : url.port), protocol: "http" };
}
