// Rules for single fields of payloads: each gives the value to keep, or what is wrong with it, never quoting it.

/** `value` undefined: the field is left out. */
export type ReadField = { readonly value: unknown } | { readonly problem: string };
export type FieldRule = (value: unknown) => ReadField;

const HEX_KEY = /^[0-9a-f]{64}$/i;
const NSEC = /^nsec1[02-9ac-hj-np-z]+$/i;
/** As URL writes them: names and IPv4 in their plain form, an IPv4 address within IPv6 in hexadecimal. */
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\])$/;
const AUTH_TAG_LENGTH = 4;

/** Trimmed, not blank. */
export const text: FieldRule = (value) => {
  const trimmed = typeof value === "string" ? value.trim() : "";
  return trimmed === "" ? { problem: "must be a non-blank string" } : { value: trimmed };
};

export function pattern(shape: RegExp, problem: string): FieldRule {
  return refined(text, (value) => (shape.test(value) ? null : problem));
}

/** Archives have tens of megabytes: a pattern over the whole text would exhaust the stack of the engine. */
export const base64: FieldRule = refined(text, (value) => {
  const digits = value.replace(/={1,2}$/, "");
  const fits = digits !== "" && value.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(digits);
  return fits ? null : "must be base64";
});

export function constant(wanted: string | number): FieldRule {
  return (value) => (value === wanted ? { value } : { problem: `must be ${JSON.stringify(wanted)}` });
}

export function lowerCase(rule: FieldRule): FieldRule {
  return (value) => {
    const read = rule(value);
    return "value" in read && typeof read.value === "string" ? { value: read.value.toLowerCase() } : read;
  };
}

/** What is blank or no string is left out. */
export function optional(rule: FieldRule): FieldRule {
  return (value) => ("problem" in text(value) ? { value: undefined } : rule(value));
}

/** Only what is absent is left out. */
export function present(rule: FieldRule): FieldRule {
  return (value) => (value === undefined ? { value } : rule(value));
}

/** Without the leading @. */
export const username: FieldRule = (value) => {
  const read = text(value);
  return "problem" in read ? read : text(String(read.value).replace(/^@/, ""));
};

/** wss, or ws to this machine. */
export const relayUrl: FieldRule = refined(text, (value) => {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url?.protocol === "wss:") return null;
  return url?.protocol === "ws:" && LOOPBACK.test(url.hostname) ? null : "must be a wss URL, or ws to loopback";
});

/** By its shape; whether it lies on the curve is another question. */
export const privateKey: FieldRule = refined(text, (value) =>
  HEX_KEY.test(value) || NSEC.test(value) ? null : "must be 64 hexadecimal digits or an nsec",
);

/** The text of a JSON array of four strings, the first of them "auth". */
export const authTag: FieldRule = refined(text, (value) => {
  const tag = parsed(value);
  const fits = Array.isArray(tag) && tag.length === AUTH_TAG_LENGTH && tag.every((part) => typeof part === "string");
  return fits && tag[0] === "auth" ? null : 'must be a JSON array of four strings that begins with "auth"';
});

/** A number or its digits; 0 is no topic. */
export const forumTopicId: FieldRule = (value) => {
  const topic = typeof value === "string" ? value.trim() : value;
  const fits = typeof topic === "string" ? /^[1-9]\d*$/.test(topic) : Number.isSafeInteger(topic) && Number(topic) > 0;
  return fits ? { value: topic } : { problem: "is an invalid forumTopicId" };
};

/** A list of objects that hold the given fields; others are dropped. */
export function participants(fields: Readonly<Record<string, FieldRule>>): FieldRule {
  return (value) => {
    if (!Array.isArray(value)) return { problem: "must be a list" };
    const kept: unknown[] = [];
    for (const [index, participant] of value.entries()) {
      const read = participantOf(participant, fields);
      if ("problem" in read) return { problem: `[${index}].${read.problem}` };
      kept.push(read.value);
    }
    return { value: kept };
  };
}

function participantOf(participant: unknown, fields: Readonly<Record<string, FieldRule>>): ReadField {
  const given: ReadonlyMap<string, unknown> = new Map(
    typeof participant === "object" && participant !== null ? Object.entries(participant) : [],
  );
  const kept: [string, unknown][] = [];
  for (const [name, rule] of Object.entries(fields)) {
    const read = rule(given.get(name));
    if ("problem" in read) return { problem: `${name} ${read.problem}` };
    kept.push([name, read.value]);
  }
  return { value: Object.fromEntries(kept) };
}

function refined(rule: FieldRule, problemOf: (value: string) => string | null): FieldRule {
  return (value) => {
    const read = rule(value);
    if ("problem" in read) return read;
    const problem = problemOf(String(read.value));
    return problem === null ? read : { problem };
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
