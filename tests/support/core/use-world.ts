// What the tests of a file or of a `describe` share: started before the first of them, ended after the last.

/** The longest that a start may take: some build an image or download a server. */
const PATIENCE_MS = 900_000;

/** Of this test file, in the order of their starts. */
const running: AsyncDisposableStack[] = [];

/**
 * Called at the top of a file or of a `describe`; the world can be read in hooks and tests. `ends` takes what has to be closed
 * and closes it in reverse order, also if the start fails half-way. Of several worlds the last ends first.
 */
export function useWorld<World extends object>(start: (ends: AsyncDisposableStack) => Promise<World>): World {
  let started: World | undefined;
  beforeAll(async () => {
    const ends = new AsyncDisposableStack();
    running.push(ends);
    started = await start(ends);
  }, PATIENCE_MS);
  // Jest calls these in the order of the worlds: each ends the last one that runs, not its own.
  afterAll(() => running.pop()?.disposeAsync(), PATIENCE_MS);
  return readLater((): World => {
    if (started === undefined) throw new Error("The world is read before it has started: read it in hooks and tests.");
    return started;
  });
}

/** Stands for an object that is not there yet. */
function readLater<T extends object>(target: () => T): T {
  return new Proxy<T>(Object.create(null), {
    get(_, part) {
      const value: unknown = Reflect.get(target(), part);
      return typeof value === "function" ? value.bind(target()) : value;
    },
    set: (_, part, value) => Reflect.set(target(), part, value),
    has: (_, part) => Reflect.has(target(), part),
    ownKeys: () => Reflect.ownKeys(target()),
    getOwnPropertyDescriptor(_, part) {
      const found = Reflect.getOwnPropertyDescriptor(target(), part);
      return found === undefined ? undefined : { ...found, configurable: true };
    },
  });
}
