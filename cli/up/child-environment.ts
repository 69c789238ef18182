// The environment of each kind of child process: an allow-list, because ours may contain unrelated keys.
import type { Environment } from "./settings.ts";

/** A name that ends with `*` matches every name with that prefix. */
type Names = readonly string[];

const SYSTEM: Names = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "LC_*", "TZ", "TMPDIR", "XDG_*"];
const PROXY: Names = [
  ...["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"],
  ...["http_proxy", "https_proxy", "all_proxy", "no_proxy"],
];
const CERTIFICATES: Names = ["NODE_EXTRA_CA_CERTS", "NODE_USE_SYSTEM_CA", "SSL_CERT_FILE", "SSL_CERT_DIR"];
/** Package managers, builders and downloads with what their users configure them by. */
const TOOLS: Names = [
  ...["npm_config_*", "NPM_CONFIG_*", "DEBIAN_*", "APT_CONFIG", "DOCKER_*", "PLAYWRIGHT_*", "JAVA_HOME", "MAVEN_*"],
  ...["GOPROXY", "GOPRIVATE", "GONOPROXY", "GOSUMDB", "GONOSUMDB", "GOINSECURE", "GOTOOLCHAIN", "GOROOT", "GOMAXPROCS"],
  ...["PIP_*", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"],
];
/** What our own services read. */
const SERVICE: Names = [
  ...["DATABASE_URL", "MOSAIC_*", "TEMPORAL_*", "NODE_OPTIONS"],
  ...["OPENCLAW_TOKEN_*", "THREEMA_*", "OPENBAO_*", "BAO_*", "VAULT_*"],
];
/** Read by `mosaic` itself; the key stands for a person. */
const OURS_ALONE: Names = ["MOSAIC_DATA_DIR", "MOSAIC_URL", "MOSAIC_API_KEY"];

export function apiVariables(environment: Environment): Environment {
  return chosen(environment, [...SYSTEM, ...PROXY, ...CERTIFICATES, ...SERVICE, "OPENCLAW_QA_*"], OURS_ALONE);
}

/** Of what the api gets, all that the worker needs as well; the engine is the worker's alone. */
export function workerVariables(environment: Environment): Environment {
  const names = [...SYSTEM, ...PROXY, ...CERTIFICATES, ...SERVICE, "DOCKER_HOST"];
  return chosen(environment, names, [...OURS_ALONE, "MOSAIC_SETUP_TOKEN", "MOSAIC_METRICS_TOKEN"]);
}

/** For the migrations: their caller adds the database and the key. */
export function migrationVariables(environment: Environment): Environment {
  return chosen(environment, [...SYSTEM, ...CERTIFICATES]);
}

/** For programs that fetch, install and build. */
export function toolEnvironment(environment: Environment): Environment {
  return chosen(environment, [...SYSTEM, ...PROXY, ...CERTIFICATES, ...TOOLS]);
}

/** It pulls images, and passes its environment on to what it starts. */
export function engineEnvironment(environment: Environment): Environment {
  const path = `${environment["PATH"] ?? ""}:/usr/sbin:/sbin:/usr/bin:/bin`;
  return { ...chosen(environment, [...PROXY, "SSL_CERT_FILE", "SSL_CERT_DIR"]), PATH: path };
}

function chosen(environment: Environment, names: Names, except: Names = []): Environment {
  const isOneOf = (list: Names, name: string): boolean =>
    list.some((entry) => (entry.endsWith("*") ? name.startsWith(entry.slice(0, -1)) : name === entry));
  return Object.fromEntries(Object.entries(environment).filter(([name]) => isOneOf(names, name) && !isOneOf(except, name)));
}
