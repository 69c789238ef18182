// The fake gateway of the tests keeps what we rely on in the real one.
import { startFakeGateway } from "../support/fake-gateway.ts";
import { describeGatewayContract } from "../support/gateway-contract.ts";

describeGatewayContract("the fake gateway", async () => {
  const token = "token-of-the-fake-gateway";
  const gateway = await startFakeGateway({ token });
  return { url: gateway.url, token, close: gateway.close };
});
