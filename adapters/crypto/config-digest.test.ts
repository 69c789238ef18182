// The digest changes with what a container gets, and with nothing else.
import { createSecretKey } from "node:crypto";
import { configDigest, type ComparedBundle } from "./config-digest.ts";

const KEY = createSecretKey(Buffer.alloc(32, 1));
const BUNDLE: ComparedBundle = {
  config: { gateway: { port: 1 }, agents: {} },
  files: { "SOUL.md": { content: "Be kind.\n", mode: "managed" } },
  variables: { A: "1" },
  outbound: null,
  revision: 1,
  warnings: [],
};

test("a new revision without another effect has the same digest", () => {
  expect(configDigest(KEY, { ...BUNDLE, revision: 2, warnings: [{ code: "no_model", values: {} }] })).toBe(
    configDigest(KEY, BUNDLE),
  );
});

test("the order of keys does not matter", () => {
  expect(configDigest(KEY, { ...BUNDLE, config: { agents: {}, gateway: { port: 1 } } })).toBe(configDigest(KEY, BUNDLE));
});

test.each<[string, Partial<ComparedBundle>]>([
  ["configuration", { config: { gateway: { port: 2 }, agents: {} } }],
  ["persona file", { files: { "SOUL.md": { content: "Be brief.\n", mode: "managed" } } }],
  ["variable", { variables: { A: "2" } }],
  ["proxy", { outbound: { proxyUrl: "http://proxy.example:3128" } }],
])("another %s has another digest", (_name, change) => {
  expect(configDigest(KEY, { ...BUNDLE, ...change })).not.toBe(configDigest(KEY, BUNDLE));
});

test("the digest depends on the key, so that it cannot be guessed from the outside", () => {
  expect(configDigest(createSecretKey(Buffer.alloc(32, 2)), BUNDLE)).not.toBe(configDigest(KEY, BUNDLE));
});
