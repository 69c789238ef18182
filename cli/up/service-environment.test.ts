// What `mosaic up` gives to the processes it starts.
import { Secret } from "../../contracts/secret.ts";
import { serviceEnvironment, workerEnvironment, type ServiceFacts } from "./service-environment.ts";

const settings = { environment: {}, temporalAddress: null, host: "127.0.0.1", port: 4000, internalPort: 4001 };
const facts: ServiceFacts = {
  settings,
  databaseUrl: "postgresql://127.0.0.1:5501/mosaic",
  ports: { temporal: 7301, temporalUi: 8301 },
  image: "mosaic-fleet/agent:1",
  secretKey: new Secret("a key of the installation"),
  setupToken: new Secret("a token for setting up"),
  demo: false,
};

test("the api learns where the local server's web UI is, so that links to workflows work", () => {
  expect(serviceEnvironment(facts)).toMatchObject({
    TEMPORAL_ADDRESS: "127.0.0.1:7301",
    MOSAIC_TEMPORAL_UI_URL: "http://127.0.0.1:8301",
  });
});

test("the api learns where the demonstration's model is, and only then opens that place", () => {
  expect(serviceEnvironment({ ...facts, demo: true })).toMatchObject({ MOSAIC_DEMO_MODEL_PORT: "4002" });
  expect(serviceEnvironment(facts)).not.toHaveProperty("MOSAIC_DEMO_MODEL_PORT");
});

test("of a Temporal server elsewhere nothing is assumed", () => {
  const env = serviceEnvironment({ ...facts, settings: { ...settings, temporalAddress: "temporal.example:7233" } });
  expect(env["TEMPORAL_ADDRESS"]).toBe("temporal.example:7233");
  expect(env).not.toHaveProperty("MOSAIC_TEMPORAL_UI_URL");
});

test("an address of the web UI that was given counts", () => {
  const environment = { MOSAIC_TEMPORAL_UI_URL: "https://temporal.example/ui" };
  expect(serviceEnvironment({ ...facts, settings: { ...settings, environment } })).toMatchObject(environment);
});

test("the worker gets none of what only the api has to know", () => {
  const environment = {
    OPENCLAW_QA_CONVEX_SECRET_MAINTAINER: "m",
    OPENCLAW_QA_CONVEX_SECRET_CI: "c",
    MOSAIC_LOG_LEVEL: "info",
  };
  const env = workerEnvironment(serviceEnvironment({ ...facts, settings: { ...settings, environment } }));
  expect(env).toMatchObject({ MOSAIC_LOG_LEVEL: "info", MOSAIC_SECRET_KEY: "a key of the installation" });
  expect(Object.keys(env)).not.toEqual(expect.arrayContaining(["MOSAIC_SETUP_TOKEN"]));
  expect(Object.keys(env).filter((name) => name.startsWith("OPENCLAW_QA"))).toEqual([]);
});
