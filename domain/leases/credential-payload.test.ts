// The stored form of payloads: ASCII, cut without loss, not larger than clients take.
import fc from "fast-check";
import { PAYLOAD_LIMITS } from "../../contracts/leases/credential-lease.ts";
import { chunkMarker, chunksOf, isPayloadTooLarge, payloadText } from "./credential-payload.ts";

/** `length` is that of the text. */
const payloadOf = (length: number) => ({ a: "x".repeat(length - '{"a":""}'.length) });

test("any payload is ASCII, the same when read again, and its chunks put together", () => {
  const property = fc.property(
    fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ stringUnit: "binary", maxDepth: 2 }), { maxKeys: 4 }),
    (payload) => {
      const text = payloadText(payload);
      // oxlint-disable-next-line no-control-regex -- ASCII begins there
      expect(text).toMatch(/^[\x00-\x7f]*$/);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(payload)));
      expect(chunksOf(text).join("")).toBe(text);
    },
  );
  fc.assert(property);
});

test("an emoji at a cut is not torn: length in UTF-16 units and in bytes agree", () => {
  const text = payloadText({ a: "😀".repeat(30_000) });
  expect(text).toHaveLength(Buffer.byteLength(text));
  const chunks = chunksOf(text);
  expect(chunks.map((chunk) => chunk.length)).toEqual([256_000, text.length - 256_000]);
  expect(JSON.parse(chunks.join(""))).toEqual({ a: "😀".repeat(30_000) });
});

test.each([
  [256_000, 1],
  [256_001, 2],
  [512_000, 2],
  [512_001, 3],
])("%d characters make %d chunks", (length, chunks) => {
  const text = payloadText(payloadOf(length));
  expect(text).toHaveLength(length);
  expect(chunksOf(text)).toHaveLength(chunks);
});

test("what clients would refuse to fetch is too large", () => {
  expect(isPayloadTooLarge("x".repeat(PAYLOAD_LIMITS.maxLength))).toBe(false);
  expect(isPayloadTooLarge("x".repeat(PAYLOAD_LIMITS.maxLength + 1))).toBe(true);
  expect(PAYLOAD_LIMITS.maxLength / PAYLOAD_LIMITS.chunkLength).toBeLessThan(PAYLOAD_LIMITS.maxChunks);
});

test("keys that JavaScript treats as special survive", () => {
  const payload: Record<string, unknown> = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}');
  expect(payloadText(payload)).toBe('{"__proto__":{"a":1},"constructor":2}');
});

test("the marker has the contract's shape", () => {
  expect(chunkMarker({ byteLength: 300_000, chunkCount: 2 })).toEqual({
    __openclawQaCredentialPayloadChunksV1: true,
    byteLength: 300_000,
    chunkCount: 2,
  });
});
