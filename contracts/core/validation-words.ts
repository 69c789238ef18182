// A sentence for each kind of problem that a validator finds. Its own messages are for programmers and never leave the api.
import type { z } from "zod";

type Issue = z.core.$ZodRawIssue;

const TYPES: Readonly<Partial<Record<string, string>>> = {
  string: "Give text.",
  number: "Give a number.",
  int: "Give a whole number.",
  boolean: "Give true or false.",
  array: "Give a list.",
  object: "Give an object.",
  record: "Give an object.",
  date: "Give a date.",
  null: "Leave this empty.",
};

const FORMATS: Readonly<Partial<Record<string, string>>> = {
  email: "Give an e-mail address.",
  url: "Give an address that begins with https:// or http://.",
  uuid: "Give an id.",
  guid: "Give an id.",
  datetime: "Give a time such as 2027-01-31T10:00:00Z.",
  date: "Give a date such as 2027-01-31.",
  ipv4: "Give an IP address.",
  ipv6: "Give an IP address.",
  cidrv4: "Give a network such as 10.20.0.0/16.",
  cidrv6: "Give a network such as fd00::/8.",
  base64: "Give text in base64.",
};

const OTHERWISE = "This value is not valid.";

/**
 * For the `error` of a parse: a schema's own message, which is written for people, comes before it. Values are never
 * repeated, since they may be secrets.
 */
export function validationWords(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "This is required." : (TYPES[issue.expected] ?? OTHERWISE);
    case "too_small":
      return tooSmall(issue);
    case "too_big":
      return tooBig(issue);
    case "invalid_format":
      return FORMATS[issue.format] ?? "This has the wrong format.";
    case "not_multiple_of":
      return `Give a multiple of ${issue.divisor}.`;
    case "unrecognized_keys":
      return "This field is unknown.";
    case "invalid_value":
      return issue.input === undefined ? "This is required." : oneOf(issue.values);
    case "invalid_union":
      return "This matches none of the accepted formats.";
    case "invalid_key":
      return "A name in this object is not valid.";
    case "invalid_element":
    case "custom":
      return OTHERWISE;
  }
}

function tooSmall({ origin, minimum, inclusive, exact }: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>): string {
  const least = Number(minimum);
  const exactly = exact === true ? "exactly" : "at least";
  switch (origin) {
    case "string":
      return least === 1 ? "This must not be empty." : `Use ${exactly} ${least} characters.`;
    case "array":
    case "set":
    case "map":
      return least === 1 ? "Give at least one." : `Give ${exactly} ${least}.`;
    case "number":
    case "int":
    case "bigint":
      return inclusive === false ? `Give a number above ${minimum}.` : `Give a number of at least ${minimum}.`;
    default:
      return "This is too small.";
  }
}

function tooBig({ origin, maximum, inclusive, exact }: z.core.$ZodRawIssue<z.core.$ZodIssueTooBig>): string {
  const most = exact === true ? "exactly" : "at most";
  switch (origin) {
    case "string":
      return `Use ${most} ${maximum} characters.`;
    case "array":
    case "set":
    case "map":
      return `Give ${most} ${maximum}.`;
    case "number":
    case "int":
    case "bigint":
      return inclusive === false ? `Give a number below ${maximum}.` : `Give a number of ${most} ${maximum}.`;
    default:
      return "This is too large.";
  }
}

/** The allowed values are in the description of the API: none of them is a secret. */
function oneOf(values: readonly unknown[]): string {
  return `Use ${values.length === 1 ? "" : "one of: "}${values.map(String).join(", ")}.`;
}
