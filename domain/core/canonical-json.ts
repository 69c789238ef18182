// One text for one JSON value, whatever the order of its keys; the input of digests.

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Keys sorted by UTF-16 code units, no white space, as RFC 8785 has it for the values used here. */
export function canonicalJson(value: JsonValue): string {
  if (value === null || typeof value !== "object") return scalar(value);
  if (isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const members = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}

function scalar(value: string | number | boolean | null): string {
  // JSON.stringify would write null for these, so that two different values had one digest.
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError("Only finite numbers have a JSON form.");
  return JSON.stringify(value);
}

/** Array.isArray does not narrow readonly arrays. */
function isArray(value: readonly JsonValue[] | JsonObject): value is readonly JsonValue[] {
  return Array.isArray(value);
}
