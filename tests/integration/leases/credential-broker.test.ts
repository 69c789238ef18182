// The envelope of the credential broker: callers, bodies and fields, row by row of the contract's table, in its order.
import { CI, MAINTAINER, startTestBroker, useBroker } from "../../support/leases/credential-broker.ts";

const A = { kind: "telegram", ownerId: "o", actorRole: "ci" };
const UNKNOWN = "00000000-0000-4000-8000-000000000000";
const L = { ...A, credentialId: UNKNOWN, leaseToken: "t" };
const PAYLOAD = { groupId: "-100123", driverToken: "111:driver", sutToken: "222:sut" };
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const REQUEST_ID = "a".repeat(64);

const broker = useBroker();

describe("1: who calls", () => {
  test.each<[string, string | null, number, string]>([
    ["no header", null, 401, "AUTH_REQUIRED"],
    ["another scheme", `Basic ${CI}`, 401, "AUTH_REQUIRED"],
    ["a scheme without a token", "Bearer", 401, "AUTH_REQUIRED"],
    ["a token without a scheme", CI, 401, "AUTH_REQUIRED"],
    ["an unknown token", "Bearer nobody", 401, "AUTH_INVALID"],
    ["the beginning of a token", `Bearer ${CI.slice(0, -1)}`, 401, "AUTH_INVALID"],
    ["a scheme in another case and more white space", `  bEaReR \t ${CI}  `, 200, "POOL_EXHAUSTED"],
    ["words after the token", `Bearer ${CI} and more`, 200, "POOL_EXHAUSTED"],
    ["the token of the other role", `Bearer ${MAINTAINER}`, 403, "AUTH_ROLE_MISMATCH"],
  ])("with %s", async (_name, authorization, status, code) => {
    expect(await broker.codeOf("/acquire", A, { authorization })).toEqual([status, code]);
  });

  test.each(["add", "remove", "list", "enable", "force-release", "replace-payload", "kind-limits"])(
    "the ci secret on /admin/%s answers 403, a wrong one and none 401",
    async (call) => {
      const path = `/admin/${call}`;
      expect(await broker.codeOf(path, "no JSON", bearer(CI))).toEqual([403, "AUTH_ROLE_MISMATCH"]);
      expect(await broker.codeOf(path, "no JSON", bearer("nobody"))).toEqual([401, "AUTH_INVALID"]);
      expect(await broker.codeOf(path, "no JSON", { authorization: null })).toEqual([401, "AUTH_REQUIRED"]);
    },
  );

  test("is found out before the body is looked at", async () => {
    expect(await broker.codeOf("/acquire", "{", bearer("nobody"))).toEqual([401, "AUTH_INVALID"]);
    expect(await broker.codeOf("/admin/add", "{", { authorization: null })).toEqual([401, "AUTH_REQUIRED"]);
  });

  const NONE = [500, "SERVER_MISCONFIGURED"];
  test.each([
    ["no secret", {}, "/acquire", { nobody: NONE, ofCi: NONE }],
    ["no secret", {}, "/admin/list", { nobody: NONE, ofCi: NONE }],
    ["the secret of ci alone", { CI }, "/admin/list", { nobody: NONE, ofCi: NONE }],
    ["the secret of ci alone", { CI }, "/acquire", { nobody: [401, "AUTH_INVALID"], ofCi: [200, "POOL_EXHAUSTED"] }],
    ["a blank secret", { MAINTAINER: "  " }, "/admin/list", { nobody: NONE, ofCi: NONE }],
  ])("on a server with %s (%j) %s answers what the contract says", async (_name, secrets, path, expected) => {
    const none = { OPENCLAW_QA_CONVEX_SECRET_MAINTAINER: "", OPENCLAW_QA_CONVEX_SECRET_CI: "" };
    const given = Object.entries(secrets).map(([role, secret]) => [`OPENCLAW_QA_CONVEX_SECRET_${role}`, secret]);
    const other = await startTestBroker(broker.database, { env: { ...none, ...Object.fromEntries(given) } });
    try {
      const answers = {
        nobody: await other.broker.codeOf(path, A, bearer("nobody")),
        ofCi: await other.broker.codeOf(path, A, bearer(CI)),
      };
      expect(answers).toEqual(expected);
      expect(await other.broker.codeOf(path, A, { authorization: null })).toEqual([401, "AUTH_REQUIRED"]);
    } finally {
      await other.api.close();
    }
  });

  test("two equal secrets are the maintainer's, and secrets are trimmed", async () => {
    const env = { OPENCLAW_QA_CONVEX_SECRET_MAINTAINER: ` ${CI}\t`, OPENCLAW_QA_CONVEX_SECRET_CI: CI };
    const other = await startTestBroker(broker.database, { env });
    try {
      expect(await other.broker.codeOf("/acquire", A, bearer(CI))).toEqual([403, "AUTH_ROLE_MISMATCH"]);
      expect(await other.broker.codeOf("/acquire", { ...A, actorRole: "maintainer" }, bearer(CI))).toEqual([
        200,
        "POOL_EXHAUSTED",
      ]);
      expect(await other.broker.codeOf("/admin/list", {}, bearer(CI))).toEqual([200, "ok"]);
    } finally {
      await other.api.close();
    }
  });
});

describe("1: the body", () => {
  test.each<[string, string, number, string]>([
    ["empty", "", 400, "INVALID_JSON"],
    ["no JSON", "{", 400, "INVALID_JSON"],
    ["a list", "[]", 400, "INVALID_BODY"],
    ["a text", '"x"', 400, "INVALID_BODY"],
    ["null", "null", 400, "INVALID_BODY"],
    ["a number", "1", 400, "INVALID_BODY"],
  ])("that is %s", async (_name, body, status, code) => {
    expect(await broker.codeOf("/acquire", body)).toEqual([status, code]);
    expect(await broker.codeOf("/admin/list", body)).toEqual([status, code]);
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", ""])("of content type %j is read", async (type) => {
    expect(await broker.codeOf("/acquire", A, { headers: { "content-type": type } })).toEqual([200, "POOL_EXHAUSTED"]);
  });

  test("may hold fields that nobody knows", async () => {
    expect(await broker.codeOf("/acquire", { ...A, later: { deep: [1] } })).toEqual([200, "POOL_EXHAUSTED"]);
  });
});

type Row = [path: string, change: Record<string, unknown>, status: number, code: string];
const bodies: Readonly<Record<string, Record<string, unknown>>> = {
  "/acquire": A,
  "/heartbeat": L,
  "/release": L,
  "/payload-chunk": L,
  "/quarantine": L,
  "/admin/add": { kind: "telegram", payload: PAYLOAD },
  "/admin/remove": { credentialId: UNKNOWN },
  "/admin/list": {},
};
const lease = ["/acquire", "/heartbeat", "/release", "/payload-chunk", "/quarantine"];
const held = lease.slice(1);
/** What `null` stands for here is absence; a field that is null is written as NULL. */
const NULL = "a null";

describe("1: the fields", () => {
  test.each<Row>([
    ...lease.flatMap((path): Row[] => [
      ...["", "  ", 1, undefined, NULL, {}].map((kind): Row => [path, { kind }, 400, "INVALID_BODY"]),
      ...["", " ", 7, undefined, NULL].map((ownerId): Row => [path, { ownerId }, 400, "INVALID_BODY"]),
      ...["", " ", 7, undefined, NULL].map((actorRole): Row => [path, { actorRole }, 400, "INVALID_BODY"]),
      [path, { actorRole: "admin" }, 400, "INVALID_ACTOR_ROLE"],
      [path, { actorRole: "CI" }, 400, "INVALID_ACTOR_ROLE"],
      [path, { actorRole: "maintainer" }, 403, "AUTH_ROLE_MISMATCH"],
      // The role comes before all other fields.
      [path, { actorRole: "maintainer", kind: 1, ownerId: 1 }, 403, "AUTH_ROLE_MISMATCH"],
      [path, { actorRole: "admin", kind: 1 }, 400, "INVALID_ACTOR_ROLE"],
      [path, { kind: "k".repeat(129) }, 400, "INVALID_BODY"],
      [path, { ownerId: "o".repeat(1_025) }, 400, "INVALID_BODY"],
    ]),
    ...held.flatMap((path): Row[] => [
      ...["", " ", 7, undefined, NULL].map((credentialId): Row => [path, { credentialId }, 400, "INVALID_BODY"]),
      ...["", " ", 7, undefined, NULL].map((leaseToken): Row => [path, { leaseToken }, 400, "INVALID_BODY"]),
      [path, {}, 200, "CREDENTIAL_NOT_FOUND"],
      [path, { credentialId: "not one of ours" }, 200, "CREDENTIAL_NOT_FOUND"],
    ]),
    ...["/acquire", "/heartbeat"].flatMap((path): Row[] =>
      [0, -1, 1.5, "60000", true, []].map((leaseTtlMs): Row => [path, { leaseTtlMs }, 400, "INVALID_BODY"]),
    ),
    [
      "/acquire",
      { leaseTtlMs: NULL, heartbeatIntervalMs: NULL, quarantineOnExpiry: NULL, requestId: NULL },
      200,
      "POOL_EXHAUSTED",
    ],
    ["/acquire", { actorRole: " ci ", kind: " telegram ", ownerId: " o " }, 200, "POOL_EXHAUSTED"],
    ["/acquire", { leaseTtlMs: 30_000.5 }, 400, "INVALID_BODY"],
    ["/acquire", { leaseTtlMs: 29_999 }, 200, "INVALID_LEASE_TTL"],
    ["/acquire", { leaseTtlMs: 29_999, heartbeatIntervalMs: 1 }, 200, "INVALID_LEASE_TTL"],
    ["/acquire", { heartbeatIntervalMs: 4_999 }, 200, "INVALID_HEARTBEAT_INTERVAL"],
    ["/acquire", { heartbeatIntervalMs: 0 }, 400, "INVALID_BODY"],
    ["/acquire", { quarantineOnExpiry: "yes" }, 400, "INVALID_BODY"],
    ["/acquire", { requestId: "A".repeat(64) }, 400, "INVALID_BODY"],
    ["/acquire", { requestId: "a".repeat(63) }, 400, "INVALID_BODY"],
    ["/acquire", { requestId: REQUEST_ID }, 200, "POOL_EXHAUSTED"],
    ["/acquire", { requestId: REQUEST_ID }, 200, "POOL_EXHAUSTED"],
    ["/acquire", { excludeCredentialIds: "x" }, 400, "INVALID_BODY"],
    ["/heartbeat", { leaseTtlMs: 7_200_001 }, 200, "INVALID_LEASE_TTL"],
    ["/payload-chunk", { index: -1 }, 400, "INVALID_BODY"],
    ["/payload-chunk", { index: 0.5 }, 400, "INVALID_BODY"],
    ["/payload-chunk", { index: "0" }, 400, "INVALID_BODY"],
    ["/payload-chunk", { index: NULL }, 200, "CREDENTIAL_NOT_FOUND"],
    ["/admin/add", { kind: " " }, 400, "INVALID_BODY"],
    ...[undefined, NULL, "text", [], 1].map((payload): Row => ["/admin/add", { payload }, 400, "INVALID_BODY"]),
    ["/admin/add", { payload: {} }, 400, "INVALID_PAYLOAD"],
    // The payload is looked at before these.
    ["/admin/add", { payload: {}, note: 1, status: "gone" }, 400, "INVALID_PAYLOAD"],
    ["/admin/add", { note: 1 }, 400, "INVALID_BODY"],
    ["/admin/add", { actorId: [] }, 400, "INVALID_BODY"],
    ["/admin/add", { status: "gone" }, 400, "INVALID_BODY"],
    ["/admin/add", { note: "n".repeat(1_025) }, 400, "INVALID_BODY"],
    ["/admin/remove", { credentialId: " " }, 400, "INVALID_BODY"],
    ["/admin/remove", {}, 200, "CREDENTIAL_NOT_FOUND"],
    ["/admin/remove", { credentialId: "not one of ours" }, 200, "CREDENTIAL_NOT_FOUND"],
    ["/admin/list", { status: "gone" }, 400, "INVALID_BODY"],
    ["/admin/list", { kind: 1 }, 400, "INVALID_BODY"],
    ["/admin/list", { includePayload: "yes" }, 400, "INVALID_BODY"],
    ["/admin/list", { limit: 0 }, 400, "INVALID_BODY"],
    ["/admin/list", { limit: 1.5 }, 400, "INVALID_BODY"],
    ["/admin/list", { limit: 501 }, 200, "INVALID_LIST_LIMIT"],
    ["/admin/list", { kind: " ", status: NULL, includePayload: NULL, limit: NULL }, 200, "ok"],
    ["/admin/list", { status: " all " }, 200, "ok"],
    ["/admin/list", { status: "" }, 200, "ok"],
  ])("%s with %j answers %i %s", async (path, change, status, code) => {
    const changed = { ...bodies[path], ...change };
    const body = Object.entries(changed).map(([name, value]) => [name, value === NULL ? null : value]);
    expect(await broker.codeOf(path, Object.fromEntries(body))).toEqual([status, code]);
  });

  test("a refusal names the field and never repeats its value", async () => {
    const answer = await broker.call("/admin/add", { kind: "telegram", payload: { ...PAYLOAD, groupId: "canary" } });
    expect(answer.json.message).toContain("groupId");
    expect(answer.text).not.toContain("canary");
  });
});
