// What api and worker are started with. Neither gets the owner's credentials for the database.
import type { Secret } from "../../contracts/secret.ts";
import type { Environment, UpSettings } from "./settings.ts";

export interface ServiceFacts {
  readonly settings: Pick<UpSettings, "environment" | "temporalAddress" | "host" | "port" | "internalPort">;
  /** Without credentials. */
  readonly databaseUrl: string;
  /** Ports of the local Temporal server, used unless the settings name another one. */
  readonly ports: { readonly temporal: number; readonly temporalUi: number };
  readonly image: string;
  readonly secretKey: Secret;
  readonly setupToken: Secret;
  readonly demo: boolean;
}

/** Of no use to the worker. */
const API_SECRETS: ReadonlySet<string> = new Set([
  "MOSAIC_SETUP_TOKEN",
  "OPENCLAW_QA_CONVEX_SECRET_MAINTAINER",
  "OPENCLAW_QA_CONVEX_SECRET_CI",
]);

/** The api's. */
export function serviceEnvironment(facts: ServiceFacts): Environment {
  const { settings, databaseUrl, ports, image, secretKey, setupToken } = facts;
  const ui = temporalUiUrl(facts);
  return {
    // First, so that an address of one's own counts: the server may be looked at through a proxy.
    ...(ui === null ? {} : { MOSAIC_TEMPORAL_UI_URL: ui }),
    ...settings.environment,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: settings.temporalAddress ?? `127.0.0.1:${ports.temporal}`,
    MOSAIC_SECRET_KEY: secretKey.reveal(),
    MOSAIC_SETUP_TOKEN: setupToken.reveal(),
    MOSAIC_HOST: settings.host,
    MOSAIC_PORT: String(settings.port),
    MOSAIC_INTERNAL_PORT: String(settings.internalPort),
    MOSAIC_AGENT_IMAGE: image,
    ...(facts.demo ? { MOSAIC_DEMO_MODEL_PORT: String(demoModelPort(settings)) } : {}),
  };
}

/** The next port of the bridge's own address after the internal listener's is free, for nobody else binds there. */
export function demoModelPort({ internalPort }: Pick<UpSettings, "internalPort">): number {
  return internalPort + 1;
}

export function workerEnvironment(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !API_SECRETS.has(name)));
}

/** Null for a Temporal server of somebody else's: where its web UI is, only its owner knows. */
export function temporalUiUrl({ settings, ports }: Pick<ServiceFacts, "settings" | "ports">): string | null {
  return settings.temporalAddress === null ? `http://127.0.0.1:${ports.temporalUi}` : null;
}
