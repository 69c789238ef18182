// The settings of `mosaic up`.
import { readUpSettings } from "./settings.ts";

test("needs nothing: every setting has a default", () => {
  expect(readUpSettings({ XDG_DATA_HOME: "/data", XDG_CACHE_HOME: "/cache" })).toMatchObject({
    port: 4000,
    internalPort: 4001,
    host: "127.0.0.1",
    dataDir: "/data/mosaic-fleet",
    cacheDir: "/cache/mosaic-fleet",
    secretKey: null,
    databaseUrl: null,
    temporalAddress: null,
  });
});

test("takes an empty variable as none", () => {
  expect(readUpSettings({ MOSAIC_PORT: "", DATABASE_URL: "" })).toMatchObject({ port: 4000, databaseUrl: null });
});

test("requires a secret key if DATABASE_URL is set, because that data outlives this machine", () => {
  const env = { DATABASE_URL: "postgresql://owner:canary@db.example/mosaic" };
  expect(() => readUpSettings(env)).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining("MOSAIC_SECRET_KEY") }),
  );
});

test("names every problem at once and repeats no value", () => {
  const read = () => readUpSettings({ MOSAIC_PORT: "canary", MOSAIC_SETUP_TOKEN: "canary" });
  expect(read).toThrow(/MOSAIC_PORT.*MOSAIC_SETUP_TOKEN/);
  expect(read).not.toThrow(/canary/);
});

test("refuses one port for both listeners", () => {
  expect(() => readUpSettings({ MOSAIC_PORT: "5000", MOSAIC_INTERNAL_PORT: "5000" })).toThrow(/MOSAIC_INTERNAL_PORT/);
});

test("keeps secrets from being printed", () => {
  const settings = readUpSettings({ DATABASE_URL: "postgresql://owner:canary@db/mosaic", MOSAIC_SECRET_KEY: "canary-key" });
  expect(JSON.stringify([settings.databaseUrl, settings.secretKey])).not.toContain("canary");
});
