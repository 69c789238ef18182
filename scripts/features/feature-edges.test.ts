// What the check of the edges between features sees.
import { problemsOf, shelfOf, type FeatureRules } from "./feature-edges.ts";

const rules: FeatureRules = { platform: ["core", "http"], features: { leases: ["keys"], keys: [], turns: [] } };
const file = (path: string, ...imports: string[]) => ({
  path,
  text: imports.map((each) => `import { x } from "${each}";\n`).join(""),
});
const ALLOWED = file("db/leases/a.ts", "../keys/b.ts", "../core/database.ts", "zod", "./own.ts");

test.each([
  ["db/leases/a.ts", { floor: "db", name: "leases" }],
  ["ui/src/features/leases/deep/a.tsx", { floor: "ui", name: "leases" }],
  ["api/start-api.ts", null],
  ["tests/integration/leases/a.test.ts", null],
])("%s lies on its shelf", (path, shelf) => expect(shelfOf(path)).toEqual(shelf));

test("allowed edges, the platform, packages and other floors are no problem", () => {
  expect(problemsOf([ALLOWED, file("api/leases/a.ts", "../../db/turns/c.ts")], rules)).toEqual([]);
});

test.each([
  ["an edge that is not allowed", file("db/keys/b.ts", "../leases/a.ts"), "does not allow keys"],
  ["a dynamic import", { path: "db/turns/c.ts", text: 'await import("../keys/b.ts")' }, "does not allow turns"],
  ["an export of another's", { path: "db/turns/c.ts", text: 'export { x } from "../keys/b.ts"' }, "does not allow turns"],
  ["a feature in the platform", file("db/core/d.ts", "../keys/b.ts"), "knows no feature"],
  ["a drawer", file("db/helpers/e.ts"), "helpers is no feature"],
])("%s is refused", (_name, wrong, words) => {
  expect(problemsOf([ALLOWED, wrong], rules).join("\n")).toContain(words);
});

test("an edge that nothing uses has to go", () => {
  expect(problemsOf([], rules)).toEqual([expect.stringContaining("allows leases to import keys")]);
});

test("a circle is named, also one of allowed edges", () => {
  const both: FeatureRules = { platform: [], features: { leases: ["keys"], keys: ["leases"] } };
  const circle = [file("db/leases/a.ts", "../keys/b.ts"), file("db/keys/b.ts", "../leases/c.ts")];
  expect(problemsOf(circle, both)).toEqual(["db: leases → keys → leases is a circle."]);
  const apart = [file("db/leases/a.ts", "../keys/b.ts"), file("api/keys/b.ts", "../leases/c.ts")];
  expect(problemsOf(apart, both)).toEqual([]);
});
