// Times as clients write them: RFC 3339 with any offset, in bodies and query strings, kept and answered as UTC.
import { useAdmin, useApi } from "../../support/core/api.ts";

const api = useApi();
const admin = useAdmin(api);

const YEAR = new Date().getUTCFullYear() + 1;
const UTC = `${YEAR}-01-31T10:00:00.000Z`;

describe.each([
  ["a personal key", "/api/me/keys", { name: "ci" }],
  ["a key of the credential broker", "/api/admin/credential-keys", { name: "ci", role: "ci" }],
])("the end of %s", (_, path, body) => {
  test.each([
    ["Python's isoformat", `${YEAR}-01-31T10:00:00+00:00`],
    ["another offset", `${YEAR}-01-31T15:30:00+05:30`],
    ["lower case", `${YEAR}-01-31t10:00:00z`],
    ["decimals", `${YEAR}-01-31T10:00:00.0004Z`],
  ])("is read in %s", async (_form, expiresAt) => {
    expect(await admin.expect(201, "POST", path, { ...body, expiresAt })).toMatchObject({ expiresAt: UTC });
  });

  test("is refused without an offset, in words of our own", async () => {
    const { status, json } = await admin.call("POST", path, { ...body, expiresAt: `${YEAR}-01-31T10:00:00` });
    expect([status, json.error.validations]).toEqual([
      422,
      [{ path: "expiresAt", message: expect.stringMatching(/^Give a date and time with its offset, such as /) }],
    ]);
  });
});

test.each([
  ["escaped", encodeURIComponent(`${YEAR}-01-31T12:00:00+02:00`)],
  ["not escaped, so that its + is a space", `${YEAR}-01-31T12:00:00+02:00`],
])("an offset in a query string, %s, filters by the moment that it means", async (_, time) => {
  await api.database.asOwner(
    `INSERT INTO mosaic.audit_events (id, occurred_at, actor_kind, action, outcome)
     VALUES (gen_random_uuid(), $1, 'system', 'old-thing.add', 'success')`,
    [UTC],
  );
  const from = async (text: string): Promise<number> =>
    (await admin.expect(200, "GET", `/api/audit-events?action=old-thing.add&from=${text}`)).meta.total;
  const atMoment = await from(UTC);
  expect(atMoment).toBeGreaterThan(0);
  expect(await from(time)).toBe(atMoment);
  expect(await from(`${YEAR}-01-31T12:00:01%2B02:00`)).toBe(0);
});
