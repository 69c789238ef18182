// The outbound settings of the environment, in the variables that other programs read too.
import type { Environment } from "../process/process-settings.ts";
import { Secret } from "../../contracts/core/secret.ts";
import type { OutboundProxy } from "./outbound-way.ts";

export interface OutboundEnvironment {
  readonly proxy: OutboundProxy | null;
  readonly exceptions: readonly string[];
  /** A file in PEM form, which Node.js itself read when it started; null for none. */
  readonly certificatesFile: string | null;
  /** The name of a variable whose value is no proxy of ours; it is not used. */
  readonly unusable: string | null;
}

/** In this order; what is in lower case counts first, as with other programs. */
const PROXY_NAMES = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"];

/** Never throws: a variable that is meant for other programs must not keep us from starting. */
export function outboundEnvironment(env: Environment): OutboundEnvironment {
  const given = PROXY_NAMES.find((name) => (env[name] ?? "").trim() !== "");
  const proxy = given === undefined ? null : proxyFrom(env[given] ?? "");
  return {
    proxy,
    exceptions: (env["no_proxy"] ?? env["NO_PROXY"] ?? "").split(/[,\s]+/).filter((entry) => entry !== ""),
    certificatesFile: (env["NODE_EXTRA_CA_CERTS"] ?? "") === "" ? null : (env["NODE_EXTRA_CA_CERTS"] ?? null),
    unusable: given !== undefined && proxy === null ? given : null,
  };
}

/** Also `name:port`, which curl takes for an http proxy. */
function proxyFrom(text: string): OutboundProxy | null {
  const href = text.includes("://") ? text.trim() : `http://${text.trim()}`;
  const url = URL.canParse(href) ? new URL(href) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return null;
  const { username, password } = url;
  try {
    return {
      url: new URL(url.origin),
      username: username === "" ? null : decodeURIComponent(username),
      password: password === "" ? null : new Secret(decodeURIComponent(password)),
    };
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
