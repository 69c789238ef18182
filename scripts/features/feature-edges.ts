// Which features import which, floor by floor, and what of that the list of allowed edges does not have.
import { dirname, join, normalize } from "node:path/posix";

export interface FeatureRules {
  /** Folders that serve every feature and know none. */
  readonly platform: readonly string[];
  /** Of each feature, those it may import. */
  readonly features: Readonly<Record<string, readonly string[]>>;
}

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

interface Shelf {
  readonly floor: string;
  readonly name: string;
}

export interface Edge {
  readonly floor: string;
  readonly from: string;
  readonly to: string;
  /** The first file that imports it. */
  readonly file: string;
}

const FLOORS = ["contracts", "domain", "db", "activities", "workflows", "api", "cli"];
/** Where shelves are, as a pattern of paths. */
export const SOURCES = `{${[...FLOORS, "ui/src/features"].join(",")}}/**/*.{ts,tsx}`;
const UI_SHELF = /^ui\/src\/features\/([^/]+)\//;
const IMPORT = /\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g;

/** Null for what lies on no shelf: composition roots, tests, scripts. */
export function shelfOf(path: string): Shelf | null {
  const ofUi = UI_SHELF.exec(path)?.[1];
  if (ofUi !== undefined) return { floor: "ui", name: ofUi };
  const [floor = "", name = "", file] = path.split("/");
  return file !== undefined && FLOORS.includes(floor) ? { floor, name } : null;
}

/** Between shelves of one floor; each once. */
export function edgesOf(files: readonly SourceFile[]): readonly Edge[] {
  const edges = new Map<string, Edge>();
  for (const { path, text } of files) {
    const from = shelfOf(path);
    if (from === null) continue;
    for (const [, imported = ""] of text.matchAll(IMPORT)) {
      const to = shelfOf(normalize(join(dirname(path), imported)));
      if (to === null || to.floor !== from.floor || to.name === from.name) continue;
      const key = `${from.floor} ${from.name} ${to.name}`;
      if (!edges.has(key)) edges.set(key, { floor: from.floor, from: from.name, to: to.name, file: path });
    }
  }
  return [...edges.values()];
}

/** What is wrong, a line each. */
export function problemsOf(files: readonly SourceFile[], rules: FeatureRules): readonly string[] {
  const edges = edgesOf(files);
  return [...unknownShelves(files, rules), ...refusedEdges(edges, rules), ...unusedEdges(edges, rules), ...circles(edges)];
}

function unknownShelves(files: readonly SourceFile[], { platform, features }: FeatureRules): readonly string[] {
  const names = new Set(files.map(({ path }) => shelfOf(path)?.name).filter((name) => name !== undefined));
  return [...names]
    .filter((name) => !platform.includes(name) && features[name] === undefined)
    .map((name) => `${name} is no feature: add it to features.json, or put its files where they belong.`);
}

function refusedEdges(edges: readonly Edge[], { platform, features }: FeatureRules): readonly string[] {
  return edges
    .filter(({ to }) => !platform.includes(to))
    .filter(({ from, to }) => !(features[from]?.includes(to) ?? false))
    .map(({ from, to, file }) =>
      platform.includes(from)
        ? `${file} imports the feature ${to}: the platform knows no feature.`
        : `${file} imports ${to}: features.json does not allow ${from} to.`,
    );
}

/** A list that allows more than is used would hide the next edge. */
function unusedEdges(edges: readonly Edge[], { features }: FeatureRules): readonly string[] {
  const used = new Set(edges.map(({ from, to }) => `${from} ${to}`));
  return Object.entries(features).flatMap(([from, allowed]) =>
    allowed
      .filter((to) => !used.has(`${from} ${to}`))
      .map((to) => `features.json allows ${from} to import ${to}, which it does not: remove it there.`),
  );
}

function circles(edges: readonly Edge[]): readonly string[] {
  const floors = new Set(edges.map(({ floor }) => floor));
  return [...floors].flatMap((floor) => {
    const circle = circleIn(edges.filter((edge) => edge.floor === floor));
    return circle === null ? [] : [`${floor}: ${circle.join(" → ")} is a circle.`];
  });
}

function circleIn(edges: readonly Edge[]): readonly string[] | null {
  const left = new Set<string>();
  const walk = (at: string, path: readonly string[]): readonly string[] | null => {
    if (path.includes(at)) return [...path.slice(path.indexOf(at)), at];
    if (left.has(at)) return null;
    for (const { to } of edges.filter(({ from }) => from === at)) {
      const circle = walk(to, [...path, at]);
      if (circle !== null) return circle;
    }
    left.add(at);
    return null;
  };
  for (const { from } of edges) {
    const circle = walk(from, []);
    if (circle !== null) return circle;
  }
  return null;
}
