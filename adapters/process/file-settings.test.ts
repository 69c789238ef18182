// Secrets from files, as a container engine hands them in.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { withFileSettings } from "./file-settings.ts";
import { COMMON_SETTINGS, readSettings } from "./process-settings.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mosaic-secrets-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function file(text: string): Promise<string> {
  const path = join(folder, "secret");
  await writeFile(path, text);
  return path;
}

test("the file's text, without the line break that editors add, replaces the variable", async () => {
  const path = await file("a key of many characters\n");
  expect(withFileSettings({ MOSAIC_SECRET_KEY_FILE: path, MOSAIC_PORT: "4000", MOSAIC_HOST: "" })).toEqual({
    environment: { MOSAIC_SECRET_KEY: "a key of many characters", MOSAIC_PORT: "4000" },
    problems: [],
  });
});

test("what cannot be read, is empty, or is given twice is named, without a value", async () => {
  const path = await file("\n");
  const { problems } = withFileSettings({
    DATABASE_URL_FILE: join(folder, "absent"),
    MOSAIC_SECRET_KEY_FILE: path,
    MOSAIC_SETUP_TOKEN_FILE: path,
    MOSAIC_SETUP_TOKEN: "canary-token",
  });
  expect(problems).toEqual([
    "DATABASE_URL_FILE: The file cannot be read by this user.",
    "MOSAIC_SECRET_KEY_FILE: The file is empty.",
    "MOSAIC_SETUP_TOKEN_FILE: MOSAIC_SETUP_TOKEN is set as well; give one of the two.",
  ]);
});

test("a service reads its settings so, and tells a problem of a file once, beside all others", async () => {
  const schema = z.object(COMMON_SETTINGS);
  const database = { DATABASE_URL: "postgresql://127.0.0.1/mosaic" };
  const path = await file("k".repeat(64));
  expect(readSettings(schema, { ...database, MOSAIC_SECRET_KEY_FILE: path }).MOSAIC_SECRET_KEY.keyId).toMatch(/^[0-9a-f]{16}$/);
  const wrong = { MOSAIC_LOG_LEVEL: "loud", MOSAIC_SECRET_KEY_FILE: join(folder, "absent"), ...database };
  expect(() => readSettings(schema, wrong)).toThrow(
    /^The settings are not complete\. MOSAIC_SECRET_KEY_FILE: The file cannot be read by this user\. MOSAIC_LOG_LEVEL: Use one of: fatal/,
  );
});
