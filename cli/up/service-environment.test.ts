// What `mosaic up` gives to the processes it starts.
import { Secret } from "../../contracts/core/secret.ts";
import { engineEnvironment, toolEnvironment } from "./child-environment.ts";
import { serviceEnvironments, type ServiceFacts } from "./service-environment.ts";

const settings = { environment: {}, temporalAddress: null, host: "127.0.0.1", port: 4000, internalPort: 4001 };
const facts: ServiceFacts = {
  settings,
  databaseUrl: "postgresql://127.0.0.1:5501/mosaic",
  ports: { temporal: 7301 },
  temporalUi: { archive: "/cache/temporal-ui.zip", httpPort: 8301, httpHost: "known-to-us.invalid" },
  image: "mosaic-fleet/agent:1",
  secretKey: new Secret("a key of the installation"),
  setupToken: new Secret("a token for setting up"),
  demo: false,
};

test("the api alone learns how to read the local server, so that it can show the web UI", () => {
  const { api, worker } = serviceEnvironments(facts);
  const place = {
    MOSAIC_TEMPORAL_UI_ARCHIVE: "/cache/temporal-ui.zip",
    MOSAIC_TEMPORAL_HTTP_PORT: "8301",
    MOSAIC_TEMPORAL_HTTP_HOST: "known-to-us.invalid",
  };
  expect(api).toMatchObject({ TEMPORAL_ADDRESS: "127.0.0.1:7301", ...place });
  for (const name of Object.keys(place)) expect(worker).not.toHaveProperty(name);
});

test("the api learns where the demonstration's model is, and only then opens that place", () => {
  expect(serviceEnvironments({ ...facts, demo: true }).api).toMatchObject({ MOSAIC_DEMO_MODEL_PORT: "4002" });
  expect(serviceEnvironments(facts).api).not.toHaveProperty("MOSAIC_DEMO_MODEL_PORT");
});

test("of a Temporal server elsewhere nothing is assumed", () => {
  const env = serviceEnvironments({
    ...facts,
    settings: { ...settings, temporalAddress: "temporal.example:7233" },
    temporalUi: null,
  }).api;
  expect(env["TEMPORAL_ADDRESS"]).toBe("temporal.example:7233");
  expect(Object.keys(env).filter((name) => name.startsWith("MOSAIC_TEMPORAL"))).toEqual([]);
});

test("an address of the web UI that was given counts", () => {
  const environment = { MOSAIC_TEMPORAL_UI_URL: "https://temporal.example/ui" };
  expect(serviceEnvironments({ ...facts, settings: { ...settings, environment } }).api).toMatchObject(environment);
});

/** Of each kind that both services read. */
const read = {
  PATH: "/usr/bin",
  HOME: "/root",
  LC_ALL: "C.UTF-8",
  HTTPS_PROXY: "http://proxy.example:3128",
  no_proxy: "localhost",
  NODE_EXTRA_CA_CERTS: "/etc/ssl/company.pem",
  SSL_CERT_FILE: "/etc/ssl/all.pem",
  MOSAIC_LOG_LEVEL: "info",
  TEMPORAL_NAMESPACE: "fleet",
  OPENCLAW_TOKEN_SCOUT: "scout",
  THREEMA_RELAY_URL: "https://relay.example",
  OPENBAO_ADDR: "https://bao.example",
  VAULT_TOKEN: "v",
};
/** Of `mosaic` itself, and of the operator's other work. */
const ofOthers = {
  MOSAIC_DATA_DIR: "/var/lib/mosaic-fleet",
  MOSAIC_API_KEY: "a person's",
  AWS_SECRET_ACCESS_KEY: "of nobody's business",
  GITHUB_TOKEN: "neither",
};
const ofTheApi = { OPENCLAW_QA_CONVEX_SECRET_CI: "c" };
const ofTheWorker = { DOCKER_HOST: "tcp://127.0.0.1:2375" };
const environment = { ...read, ...ofOthers, ...ofTheApi, ...ofTheWorker };
const { api, worker } = serviceEnvironments({ ...facts, settings: { ...settings, environment } });

test("both services get the system, the proxy, the certificates and the credentials that they read", () => {
  const own = { MOSAIC_SECRET_KEY: "a key of the installation" };
  expect(api).toMatchObject({ ...read, ...ofTheApi, ...own });
  expect(worker).toMatchObject({ ...read, ...ofTheWorker, ...own });
});

test("neither gets anything else of the environment that mosaic was started in", () => {
  for (const name of Object.keys(ofOthers)) for (const env of [api, worker]) expect(env).not.toHaveProperty(name);
  expect(api).not.toHaveProperty("DOCKER_HOST");
  for (const name of ["MOSAIC_SETUP_TOKEN", "OPENCLAW_QA_CONVEX_SECRET_CI"]) expect(worker).not.toHaveProperty(name);
});

test("programs that fetch and build get no key of ours, and the engine gets the proxy and where programs are", () => {
  const key = { MOSAIC_SECRET_KEY: "k", DATABASE_URL: "postgresql://owner:secret@db.example/mosaic" };
  const tools = toolEnvironment({ ...environment, ...key, npm_config_registry: "https://npm.example" });
  expect(tools).toMatchObject({
    PATH: "/usr/bin",
    HTTPS_PROXY: "http://proxy.example:3128",
    npm_config_registry: expect.any(String),
  });
  expect(Object.keys(tools).filter((name) => /MOSAIC|DATABASE|TOKEN|SECRET|VAULT/.test(name))).toEqual([]);
  expect(Object.keys(engineEnvironment({ ...environment, ...key })).toSorted()).toEqual([
    "HTTPS_PROXY",
    "PATH",
    "SSL_CERT_FILE",
    "no_proxy",
  ]);
});
