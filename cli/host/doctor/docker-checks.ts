// Does the Docker Engine answer, and is the agent image there?
import Docker from "dockerode";
import { z } from "zod";
import { fail, ok, warn, type Check, type Finding } from "./check.ts";

const TIMEOUT_MS = 5_000;

export function dockerChecks(image: string): readonly Check[] {
  const docker = new Docker({ timeout: TIMEOUT_MS });
  return [
    { name: "docker", run: () => engine(docker) },
    { name: "agent image", run: () => agentImage(docker, image) },
  ];
}

async function engine(docker: Docker): Promise<Finding> {
  try {
    const { Version } = await docker.version();
    return ok(`Docker Engine ${Version}`);
  } catch (error) {
    switch (understand(error).code) {
      case "ENOENT":
        return fail(
          "no Docker Engine is installed, or it does not run",
          "systemctl start docker; or mosaic up, which installs it as root on Debian and Ubuntu",
        );
      case "EACCES":
        return fail("this user may not use the Docker Engine", 'sudo usermod -aG docker "$USER", then sign in again');
      default:
        return fail("the Docker Engine does not answer", "systemctl status docker");
    }
  }
}

async function agentImage(docker: Docker, image: string): Promise<Finding> {
  try {
    const { Size } = await docker.getImage(image).inspect();
    return ok(`${image} (${Math.round(Size / 1e6)} MB)`);
  } catch (error) {
    if (understand(error).statusCode === 404) return warn(`${image} is missing`, "mosaic up builds it");
    return fail("unknown, because the Docker Engine does not answer", "See the check `docker`.");
  }
}

/** What dockerode adds to its errors: the system's code when nobody answered, the status when someone did. */
const engineErrorSchema = z.object({ code: z.string().optional(), statusCode: z.number().optional() });

function understand(error: unknown): z.infer<typeof engineErrorSchema> {
  return engineErrorSchema.safeParse(error).data ?? {};
}
