// What is fetched from outside is named by its content, so that nobody can put something else in its place.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { hasDigest } from "../cli/up/temporal-binary.ts";

const REPOSITORY = join(import.meta.dirname, "..");
const read = (file: string): Promise<string> => readFile(join(REPOSITORY, file), "utf8");
const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found]) => found ?? "");

const DIGEST = /@sha256:[0-9a-f]{64}$/;

test("docker-compose names every image that is not built here by its digest", async () => {
  const images = all(await read("docker-compose.temporal.yml"), /^\s+image: (\S+)$/gm).filter(
    (name) => !name.includes("MOSAIC_"),
  );
  expect(images.length).toBeGreaterThan(2);
  expect(images.filter((name) => !DIGEST.test(name))).toEqual([]);
});

test("both Dockerfiles and the start-up name one base image by its digest", async () => {
  const files = ["docker/agent/Dockerfile", "docker/product.Dockerfile", "cli/up/base-image.ts"];
  const texts = await Promise.all(files.map(read));
  const bases = texts.flatMap((text) => all(text, /\b(debian@\S+?)(?=["\s])/g));
  expect(bases).toHaveLength(files.length);
  expect(new Set(bases).size).toBe(1);
  expect(bases[0]).toMatch(DIGEST);
  expect(texts.join("\n")).not.toMatch(/^FROM (?!\$\{BASE\})/m);
});

test("actions that the documentation tells to use are named by their commit", async () => {
  const actions = all(await read("docs/credential-leases.md"), /uses: (\S+)/g);
  expect(actions.length).toBeGreaterThan(1);
  expect(actions.filter((name) => !/@[0-9a-f]{40}$/.test(name))).toEqual([]);
});

test("a download counts when its digest is the published one, and not with one byte more", () => {
  const released = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
  expect(hasDigest(Buffer.from("hello"), released)).toBe(true);
  expect(hasDigest(Buffer.from("hello!"), released)).toBe(false);
});

test("every package of the lock files comes with a checksum", async () => {
  for (const file of ["package-lock.json", "docker/agent/package-lock.json"]) {
    const { packages } = JSON.parse(await read(file));
    const without = Object.entries<{ integrity?: string; link?: boolean; inBundle?: boolean }>(packages).filter(
      ([name, entry]) => name !== "" && entry.integrity === undefined && entry.link !== true && entry.inBundle !== true,
    );
    expect(without.map(([name]) => name)).toEqual([]);
  }
});
