// Builds the image of agent containers when the engine does not have it; prints its name, for MOSAIC_AGENT_IMAGE.
import { ensureAgentImage } from "../cli/up/agent-image.ts";
import { printResult } from "./image-context.ts";

await printResult(async (context, say) => (await ensureAgentImage(context, say)).name);
