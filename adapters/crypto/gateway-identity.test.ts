// The certificate that is put together byte by byte: other programs must read it as what it is meant to be.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import { connect } from "node:tls";
import { GATEWAY_SERVER_NAME } from "../../contracts/containers/agent-container.ts";
import { newGatewayIdentity } from "./gateway-identity.ts";

test("it is a P-256 certificate that its own key signed, for the gateway's name, without an end", () => {
  const { certificate, key } = newGatewayIdentity();
  const read = new X509Certificate(certificate);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.checkPrivateKey(createPrivateKey(key.reveal()))).toBe(true);
  expect(read.checkIssued(read)).toBe(true);
  expect(read.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
  expect([read.subject, read.issuer]).toEqual([`CN=${GATEWAY_SERVER_NAME}`, `CN=${GATEWAY_SERVER_NAME}`]);
  expect(read.checkHost(GATEWAY_SERVER_NAME)).toBe(GATEWAY_SERVER_NAME);
  expect(read.validFromDate.getUTCFullYear()).toBe(2000);
  expect(read.validToDate.getUTCFullYear()).toBe(9999);
  expect(read.toString()).toBe(certificate);
});

test("no two are alike, and each has a serial number of 128 bits", () => {
  const made = Array.from({ length: 50 }, () => new X509Certificate(newGatewayIdentity().certificate));
  expect(new Set(made.map(({ serialNumber }) => serialNumber)).size).toBe(50);
  expect(new Set(made.map(({ fingerprint256 }) => fingerprint256)).size).toBe(50);
  for (const { serialNumber } of made) expect(serialNumber).toHaveLength(32);
});

test("a client with the usual checks accepts it from the holder of its key", async () => {
  const { certificate, key } = newGatewayIdentity();
  const server = createServer({ cert: certificate, key: key.reveal() });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  const socket = connect({ host: "127.0.0.1", port, ca: certificate, servername: GATEWAY_SERVER_NAME });
  await once(socket, "secureConnect");
  expect([socket.authorized, socket.getProtocol()]).toEqual([true, "TLSv1.3"]);
  socket.destroy();
  const closed = once(server, "close");
  server.close();
  await closed;
});
