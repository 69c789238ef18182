// Payloads on the broker's wire: whole and in chunks, read by both generations of clients; sealed at rest, audited, never listed.
import { request } from "node:http";
import { randomUUID } from "node:crypto";
import { CHUNK_MARKER_KEY } from "../../../contracts/leases/credential-lease.ts";
import { canariesIn } from "../../support/core/canaries.ts";
import { BROKER_PREFIX, claimOf, MAINTAINER, useBroker, type Lease } from "../../support/leases/credential-broker.ts";
import { newKind } from "../../support/leases/credential-leases.ts";

const CHUNK = 256_000;
const MIB = 1024 * 1024;

const broker = useBroker();
let kind: string;

beforeEach(() => {
  kind = newKind();
});

/** A payload whose JSON text has this length. */
function payloadOfLength(length: number): { text: string } {
  return { text: "x".repeat(length - '{"text":""}'.length) };
}

/** As the newer client does it: the sum of UTF-8 bytes must be the declared length. */
async function readByBytes(lease: Lease & Record<string, any>): Promise<unknown> {
  const pieces = await readPieces(lease);
  const bytes = pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
  if (bytes !== lease["payload"].byteLength) throw new Error(`${bytes} bytes`);
  return JSON.parse(pieces.join(""));
}

/** As the older client does it: the length in UTF-16 units. */
async function readByUnits(lease: Lease & Record<string, any>): Promise<unknown> {
  const text = (await readPieces(lease)).join("");
  if (text.length !== lease["payload"].byteLength) throw new Error(`${text.length} units`);
  return JSON.parse(text);
}

async function readPieces(lease: Lease & Record<string, any>): Promise<string[]> {
  const { chunkCount } = lease["payload"];
  const pieces: string[] = [];
  for (let index = 0; index < chunkCount; index += 1) {
    const chunk = await broker.ok("/payload-chunk", { ...claimOf(lease), index });
    expect(chunk.index).toBe(index);
    pieces.push(chunk.data);
  }
  return pieces;
}

describe("9: chunks", () => {
  test("a text of 256,000 units comes whole, one of 256,001 in two chunks", async () => {
    await broker.add(kind, 1, payloadOfLength(CHUNK));
    const whole = await broker.acquire(kind);
    expect(whole["payload"]).toEqual(payloadOfLength(CHUNK));
    expect(await broker.codeOf("/payload-chunk", claimOf(whole))).toEqual([200, "PAYLOAD_NOT_CHUNKED"]);
    await broker.add(kind, 1, payloadOfLength(CHUNK + 1));
    const cut = await broker.acquire(kind);
    expect(cut["payload"]).toEqual({ [CHUNK_MARKER_KEY]: true, byteLength: CHUNK + 1, chunkCount: 2 });
    expect(await readByBytes(cut)).toEqual(payloadOfLength(CHUNK + 1));
  });

  test("signs beyond ASCII count alike for both generations of clients, and no pair is cut in two", async () => {
    const payload = { text: "ü😀\u2028漢".repeat(40_000), note: "\ud800 alone" };
    await broker.add(kind, 1, payload);
    const lease = await broker.acquire(kind);
    expect(lease["payload"].chunkCount).toBeGreaterThan(1);
    expect(await readByBytes(lease)).toEqual(payload);
    expect(await readByUnits(lease)).toEqual(payload);
  });

  test("an index beyond the last is refused, index 0 is the default, a missing chunk is said to be missing", async () => {
    const [credentialId] = await broker.add(kind, 1, payloadOfLength(CHUNK + 1));
    const lease = await broker.acquire(kind);
    for (const index of [2, Number.MAX_SAFE_INTEGER]) {
      expect(await broker.codeOf("/payload-chunk", { ...claimOf(lease), index })).toEqual([200, "INVALID_CHUNK_INDEX"]);
    }
    expect(await broker.ok("/payload-chunk", claimOf(lease))).toMatchObject({ index: 0 });
    await broker.database.asOwner(
      "DELETE FROM mosaic.qa_credential_payload_chunks WHERE credential_id = $1 AND chunk_index = 1",
      [credentialId],
    );
    expect(await broker.codeOf("/payload-chunk", { ...claimOf(lease), index: 1 })).toEqual([200, "PAYLOAD_CHUNK_MISSING"]);
  });

  test("only the lease's holder reads them, and only while it lasts", async () => {
    await broker.add(kind, 1, payloadOfLength(CHUNK + 1));
    const lease = await broker.acquire(kind);
    const stranger = { ...claimOf(lease), leaseToken: randomUUID() };
    expect(await broker.codeOf("/payload-chunk", stranger)).toEqual([200, "LEASE_NOT_OWNER"]);
    await broker.ok("/release", claimOf(lease));
    expect(await broker.codeOf("/payload-chunk", claimOf(lease))).toEqual([200, "LEASE_NOT_FOUND"]);
  });

  test("a payload of 64 MiB goes in, and stays far below 4,096 chunks; heartbeats are answered meanwhile", async () => {
    await broker.add("beating");
    const beating = await broker.acquire("beating");
    const adding = broker.call("/admin/add", { kind, payload: payloadOfLength(64 * MIB) });
    let added = false;
    void adding.finally(() => (added = true));
    const codes = new Set<string>();
    while (!added) codes.add((await broker.codeOf("/heartbeat", claimOf(beating)))[1]);
    expect((await adding).json).toMatchObject({ status: "ok" });
    expect([...codes]).toEqual(["ok"]);
    expect((await broker.acquire(kind))["payload"]).toMatchObject({ byteLength: 64 * MIB, chunkCount: 263 });
  }, 300_000);
});

test("10: a payload that looks like a chunk marker is refused, also in place of another", async () => {
  const spoof = { [CHUNK_MARKER_KEY]: true, byteLength: 1, chunkCount: 1 };
  const [credentialId] = await broker.add(kind);
  for (const payload of [spoof, { ...spoof, [CHUNK_MARKER_KEY]: false, more: 1 }]) {
    expect(await broker.codeOf("/admin/add", { kind, payload })).toEqual([400, "INVALID_PAYLOAD"]);
    const replacing = await broker.codeOf("/admin/replace-payload", { credentialId, payload });
    expect(replacing).toEqual([400, "INVALID_PAYLOAD"]);
  }
  expect(await broker.list({ kind })).toHaveLength(1);
});

describe("a body", () => {
  const withLength = async (path: string, length: number, authorization: string) =>
    await new Promise<{ status: number | undefined; text: string; closed: boolean }>((resolve, reject) => {
      const options = { method: "POST", headers: { authorization, "content-length": String(length) } };
      const call = request(`${broker.api.url}${BROKER_PREFIX}${path}`, options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
        response.on("end", () => {
          const closed = response.headers.connection === "close";
          call.destroy();
          resolve({ status: response.statusCode, text, closed });
        });
      });
      call.on("error", reject);
      // Nothing of the body is ever sent: whoever answers has not waited for it.
      call.flushHeaders();
    });

  test.each([
    ["/admin/add", 69],
    ["/admin/replace-payload", 69],
    ["/admin/list", 1],
    ["/acquire", 1],
  ])(
    "of %s larger than %i MiB is refused",
    async (path, mebibytes) => {
      const answer = await broker.call(path, JSON.stringify("x".repeat(mebibytes * MIB)));
      expect([answer.status, answer.json.status, answer.json.code]).toEqual([413, "error", "PAYLOAD_TOO_LARGE"]);
    },
    240_000,
  );

  test("of a caller without a valid secret is not waited for, however large", async () => {
    const { status, text, closed } = await withLength("/admin/add", 64 * MIB, "Bearer nobody");
    expect([status, JSON.parse(text).code, closed]).toEqual([401, "AUTH_INVALID", true]);
  });
});

describe("14: payload and lease token", () => {
  const canaries = { payload: "canary-payload-5b1e", unknownField: "canary-unknown-77aa" };

  test("are in no list, no event, no answer to a change and no log; neither is the secret of the caller", async () => {
    const payload = { groupId: "-1", driverToken: canaries.payload, sutToken: "s", extra: canaries.unknownField };
    const added = await broker.call("/admin/add", { kind: "telegram", payload });
    const lease = await broker.acquire("telegram");
    expect(JSON.stringify(lease["payload"])).toContain(canaries.payload);
    const { leaseToken, credentialId } = lease;
    const secrets = { ...canaries, leaseToken, secret: MAINTAINER };
    await broker.call("/heartbeat", { ...claimOf(lease), ownerId: "other" });
    const answers = [
      added,
      await broker.call("/admin/list", {}),
      await broker.call("/status", {}),
      await broker.call("/admin/force-release", { credentialId, reason: "test" }),
      await broker.call("/admin/remove", { credentialId }),
    ].map(({ text }) => text);
    const tables = ["credential_lease_events", "credential_admin_events", "audit_events", "outbox", "qa_credentials"];
    const rows = await Promise.all(
      tables.map((table) => broker.database.asOwner(`SELECT to_jsonb(t)::text AS row FROM mosaic.${table} t`)),
    );
    const chunks = await broker.database.asOwner("SELECT sealed FROM mosaic.qa_credential_payload_chunks");
    expect(canariesIn(JSON.stringify([answers, rows, chunks]), secrets)).toEqual([]);
    expect(canariesIn(broker.api.logs(), secrets)).toEqual([]);
    expect(broker.api.logs()).toContain("acquireCredentialLease");
  });

  test("are shown to a maintainer who asks for payloads, which leaves one audit row and one event for each", async () => {
    const ids = await broker.add(kind, 2, { secret: canaries.payload });
    const listed = await broker.list({ kind, includePayload: true });
    expect(listed.map((credential) => credential.payload)).toEqual([
      { secret: canaries.payload },
      { secret: canaries.payload },
    ]);
    expect(JSON.stringify(listed)).not.toContain("leaseToken");
    const rows = await broker.database.asOwner<any>(
      "SELECT actor_kind, actor_id, outcome, detail FROM mosaic.audit_events WHERE action = 'credential.read_payload' AND detail::text LIKE $1",
      [`%${ids[0]}%`],
    );
    expect(rows).toMatchObject([{ actor_kind: "broker", actor_id: "env:maintainer", outcome: "success" }]);
    expect(rows[0].detail.credentialIds.toSorted()).toEqual(ids.toSorted());
    const events = await broker.database.asOwner(
      "SELECT actor_id FROM mosaic.credential_admin_events WHERE type = 'payload_read' AND credential_id = ANY ($1::uuid[])",
      [ids],
    );
    expect(events).toEqual([{ actor_id: "env:maintainer" }, { actor_id: "env:maintainer" }]);
  });

  test("in chunks leave an event for each read and one audit row for the lease", async () => {
    const [credentialId] = await broker.add(kind, 1, payloadOfLength(CHUNK * 2 + 1));
    await readByBytes(await broker.acquire(kind));
    const events = await broker.database.asOwner(
      "SELECT actor_id FROM mosaic.credential_lease_events WHERE type = 'payload_read' AND credential_id = $1",
      [credentialId],
    );
    expect(events).toEqual(Array.from({ length: 3 }, () => ({ actor_id: "env:ci" })));
    const rows = await broker.database.asOwner(
      "SELECT actor_kind, actor_id FROM mosaic.audit_events WHERE action = 'credential.read_payload' AND target_id = $1",
      [credentialId],
    );
    expect(rows).toEqual([{ actor_kind: "broker", actor_id: "env:ci" }]);
  });
});

test("a list with more payloads than one answer may hold is refused before any is read, and says what to do", async () => {
  await broker.add(kind, 2);
  await broker.database.asOwner("UPDATE mosaic.qa_credentials SET payload_length = $2 WHERE kind = $1", [kind, 40 * MIB]);
  const reads = () =>
    broker.database.asOwner("SELECT id FROM mosaic.credential_admin_events WHERE kind = $1 AND type = 'payload_read'", [kind]);
  const { status, json } = await broker.call("/admin/list", { kind, includePayload: true });
  expect([status, json.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
  expect(json.message).toContain("80 MiB; one answer holds 64 MiB");
  expect(await reads()).toEqual([]);
  expect(await broker.list({ kind })).toHaveLength(2);
  expect(await broker.list({ kind, includePayload: true, limit: 1 })).toMatchObject([{ payload: { secret: "s" } }]);
  expect(await reads()).toHaveLength(1);
});
