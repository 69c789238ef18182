// The light gateway in a process of its own, so that it shares no event loop with who measures. Arguments: host, token.
import { GATEWAY_PORT } from "../../contracts/agent-container.ts";
import { startFakeGateway } from "../../tests/support/fake-gateway.ts";

const [host = "", token = ""] = process.argv.slice(2);
await startFakeGateway({ host, port: GATEWAY_PORT, token });
console.log("listening");
