// What `mosaic up` gives to the processes it starts.
import { Secret } from "../../contracts/secret.ts";
import { serviceEnvironment, type ServiceFacts } from "./service-environment.ts";

const settings = { environment: {}, temporalAddress: null, host: "127.0.0.1", port: 4000, internalPort: 4001 };
const facts: ServiceFacts = {
  settings,
  databaseUrl: "postgresql://127.0.0.1:5501/mosaic",
  ports: { temporal: 7301, temporalUi: 8301 },
  image: "mosaic-fleet/agent:1",
  secretKey: new Secret("a key of the installation"),
  setupToken: new Secret("a token for setting up"),
};

test("the api learns where the local server's web UI is, so that links to workflows work", () => {
  expect(serviceEnvironment(facts)).toMatchObject({
    TEMPORAL_ADDRESS: "127.0.0.1:7301",
    MOSAIC_TEMPORAL_UI_URL: "http://127.0.0.1:8301",
  });
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
