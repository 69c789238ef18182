// The fake gateway of the tests keeps what we rely on in the real one.
import { startFakeGateway } from "../../support/turns/fake-gateway.ts";
import { describeGatewayContract } from "../../support/turns/gateway-contract.ts";
import { newGatewayTls } from "../../support/turns/gateway-tls.ts";

describeGatewayContract("the fake gateway", async () => {
  const token = "token-of-the-fake-gateway";
  const tls = newGatewayTls();
  const gateway = await startFakeGateway({ token, tls });
  return { url: gateway.url, certificate: tls.certificate, token, close: gateway.close };
});
