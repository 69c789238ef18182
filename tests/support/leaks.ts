// What no answer and no log may show: stack traces, SQL, paths of this machine.
import { join } from "node:path";

const REPOSITORY = join(import.meta.dirname, "../..");

const SIGNS: Readonly<Record<string, RegExp | string>> = {
  "a stack trace": /\n\s+at \S.*[:(]\d+:\d+\)?/,
  "a path of this machine": REPOSITORY,
  "a path of our modules": /node_modules\/|node:internal/,
  "a statement of SQL": /\b(?:SELECT .{1,200} FROM|INSERT INTO|UPDATE \w+\.\w+ SET|DELETE FROM) /,
  "a name in the database": /\bmosaic\.[a-z_]+|\bauth\.[a-z]+_[a-z_]+/,
  "a message of Postgres": /violates \w+ constraint|invalid input syntax|invalid byte sequence|relation ".*" does not exist/,
};

/** What of it a text shows. */
export function leaksIn(text: string): string[] {
  return Object.entries(SIGNS)
    .filter(([, sign]) => (typeof sign === "string" ? text.includes(sign) : sign.test(text)))
    .map(([name]) => name);
}
