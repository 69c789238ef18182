// Builds the image of agent containers when the engine does not have it; prints its name, for MOSAIC_AGENT_IMAGE.
import { ensureAgentImage } from "../cli/up/agent-image.ts";
import { imageContext, sayOnStderr } from "./image-context.ts";

const { name } = await ensureAgentImage(imageContext(), sayOnStderr);
console.log(name);
