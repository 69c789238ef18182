// The settings of the api: defaults, and all problems at once.
import { FleetError } from "../contracts/core/errors.ts";
import { readApiConfig } from "./config.ts";

const MINIMAL = { DATABASE_URL: "postgresql://u:canary@localhost/db", MOSAIC_SECRET_KEY: "k".repeat(32) };

function problemsOf(env: Record<string, string>): unknown {
  try {
    readApiConfig(env);
  } catch (error) {
    if (error instanceof FleetError) return error.details?.["problems"];
    throw error;
  }
  return [];
}

test("two variables are enough; everything else has a default", () => {
  expect(readApiConfig(MINIMAL)).toMatchObject({
    host: "127.0.0.1",
    port: 4000,
    internalPort: 4001,
    publicUrl: null,
    trustedProxies: [],
    setupToken: null,
    providerNetworks: [],
    demoModelPort: null,
    logLevel: "info",
  });
});

test("every problem is named at once, and no value repeated", () => {
  const problems = JSON.stringify(
    problemsOf({
      MOSAIC_SECRET_KEY: "canary-short",
      MOSAIC_PORT: "70000",
      MOSAIC_PUBLIC_URL: "ftp://canary",
      MOSAIC_TRUSTED_PROXIES: "canary",
      MOSAIC_PROVIDER_NETWORKS: "10.0.0.0",
      MOSAIC_LOG_LEVEL: "canary",
    }),
  );
  for (const name of [
    "DATABASE_URL",
    "SECRET_KEY",
    "PORT",
    "PUBLIC_URL",
    "TRUSTED_PROXIES",
    "PROVIDER_NETWORKS",
    "LOG_LEVEL",
  ]) {
    expect(problems).toContain(name);
  }
  expect(problems).not.toContain("canary");
});

test("an empty variable counts as absent", () => {
  expect(readApiConfig({ ...MINIMAL, MOSAIC_PUBLIC_URL: "", MOSAIC_SETUP_TOKEN: "" })).toMatchObject({
    publicUrl: null,
    setupToken: null,
  });
});

test("proxies and networks are lists, and the word private opens every private network", () => {
  const config = readApiConfig({
    ...MINIMAL,
    MOSAIC_TRUSTED_PROXIES: "10.0.0.1, 10.1.0.0/16",
    MOSAIC_PROVIDER_NETWORKS: "10.0.0.0/8",
  });
  expect([config.trustedProxies, config.providerNetworks]).toEqual([["10.0.0.1", "10.1.0.0/16"], ["10.0.0.0/8"]]);
  expect(readApiConfig({ ...MINIMAL, MOSAIC_PROVIDER_NETWORKS: "private" }).providerNetworks).toBe("all");
});

test("a setup token prints itself nowhere", () => {
  const config = readApiConfig({ ...MINIMAL, MOSAIC_SETUP_TOKEN: "canary-canary-canary" });
  expect(JSON.stringify({ token: config.setupToken })).not.toContain("canary");
});
