import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { instantSchema } from "./instant.ts";

const utcOf = (text: string): string | undefined => instantSchema.safeParse(text).data;

it.each([
  ["2027-01-31T10:00:00Z", "2027-01-31T10:00:00.000Z"],
  ["2027-01-31T10:00:00+00:00", "2027-01-31T10:00:00.000Z"],
  ["2027-01-31T10:00:00-00:00", "2027-01-31T10:00:00.000Z"],
  ["2027-01-31T10:00:00+05:30", "2027-01-31T04:30:00.000Z"],
  ["2027-01-31T23:30:00-08:00", "2027-02-01T07:30:00.000Z"],
  ["2027-01-31t10:00:00z", "2027-01-31T10:00:00.000Z"],
  ["2027-01-31 10:00:00Z", "2027-01-31T10:00:00.000Z"],
  ["2027-01-31T10:00:00.5Z", "2027-01-31T10:00:00.500Z"],
  ["2027-01-31T10:00:00.123456789+01:00", "2027-01-31T09:00:00.123Z"],
  ["2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000Z"],
  // A leap second is the beginning of the next minute.
  ["2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"],
  // As `?from=2027-01-31T10:00:00+01:00` arrives when nobody escaped the +.
  ["2027-01-31T10:00:00 01:00", "2027-01-31T09:00:00.000Z"],
  ["0099-01-01T00:00:00Z", "0099-01-01T00:00:00.000Z"],
])("reads %s", (text, utc) => {
  expect(utcOf(text)).toBe(utc);
});

it.each([
  "2027-01-31",
  "2027-01-31T10:00:00",
  "2027-01-31T10:00Z",
  "2027-02-29T10:00:00Z",
  "2027-13-01T10:00:00Z",
  "2027-01-00T10:00:00Z",
  "2027-01-31T24:00:00Z",
  "2027-01-31T10:60:00Z",
  "2027-01-31T10:00:61Z",
  "2027-01-31T10:00:00+24:00",
  "2027-01-31T10:00:00+0100",
  "2027-01-31T10:00:00.Z",
  "+002027-01-31T10:00:00Z",
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:59-01:00",
  "1830000000",
  "tomorrow",
  "",
])("refuses %j and says what a time looks like", (text) => {
  const { error } = instantSchema.safeParse(text);
  expect(error?.issues.map(({ message }) => message)).toEqual([expect.stringContaining("such as 2027-01-31T10:00:00Z")]);
});

it("is described as a date-time, as input and as output", () => {
  const described = { type: "string", format: "date-time" };
  for (const io of ["input", "output"] as const) expect(z.toJSONSchema(instantSchema, { io })).toMatchObject(described);
});

it("is the only way in which a time is read: no schema uses the strict form of the library", () => {
  const folders = ["contracts", "domain", "db", "adapters", "activities", "workflows", "workers", "api", "cli"];
  const strict = /\biso\s*\.\s*(?:datetime|date|time)\s*\(|z\s*\.\s*(?:date|coerce\s*\.\s*date)\s*\(|\.datetime\(\{/;
  const found = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => join(folder, name))
      .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && strict.test(readFileSync(path, "utf8"))),
  );
  expect(found).toEqual([]);
});
