// What api and worker are started with. Neither gets the owner's credentials for the database.
import type { Secret } from "../../contracts/core/secret.ts";
import { apiVariables, workerVariables } from "./child-environment.ts";
import type { Environment, UpSettings } from "./settings.ts";

export interface ServiceFacts {
  readonly settings: Pick<UpSettings, "environment" | "temporalAddress" | "host" | "port" | "internalPort">;
  /** Without credentials. */
  readonly databaseUrl: string;
  /** Of the local Temporal server, used unless the settings name another one. */
  readonly ports: { readonly temporal: number };
  /** From where the api shows the local server's Web UI; null where it does not. */
  readonly temporalUi: TemporalUiPlace | null;
  readonly image: string;
  readonly secretKey: Secret;
  readonly setupToken: Secret;
  readonly demo: boolean;
}

export interface TemporalUiPlace {
  /** The file that holds it. */
  readonly archive: string;
  /** The server's HTTP API, and the host name that it answers to. */
  readonly httpPort: number;
  readonly httpHost: string;
}

/** What each of the two reads of our own environment, and where the start-up put everything. */
export function serviceEnvironments(facts: ServiceFacts): { readonly api: Environment; readonly worker: Environment } {
  const all = { ...facts.settings.environment, ...placesOf(facts) };
  return { api: { ...apiVariables(all), ...temporalUiVariables(facts) }, worker: workerVariables(all) };
}

/** The api's alone. */
function temporalUiVariables({ temporalUi }: ServiceFacts): Environment {
  if (temporalUi === null) return {};
  return {
    MOSAIC_TEMPORAL_UI_ARCHIVE: temporalUi.archive,
    MOSAIC_TEMPORAL_HTTP_PORT: String(temporalUi.httpPort),
    MOSAIC_TEMPORAL_HTTP_HOST: temporalUi.httpHost,
  };
}

function placesOf({ settings, databaseUrl, ports, image, secretKey, setupToken, demo }: ServiceFacts): Environment {
  return {
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: settings.temporalAddress ?? `127.0.0.1:${ports.temporal}`,
    MOSAIC_SECRET_KEY: secretKey.reveal(),
    MOSAIC_SETUP_TOKEN: setupToken.reveal(),
    MOSAIC_HOST: settings.host,
    MOSAIC_PORT: String(settings.port),
    MOSAIC_INTERNAL_PORT: String(settings.internalPort),
    MOSAIC_AGENT_IMAGE: image,
    ...(demo ? { MOSAIC_DEMO_MODEL_PORT: String(demoModelPort(settings)) } : {}),
  };
}

/** The next port of the bridge's own address after the internal listener's is free, for nobody else binds there. */
export function demoModelPort({ internalPort }: Pick<UpSettings, "internalPort">): number {
  return internalPort + 1;
}
