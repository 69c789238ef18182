// All checks of `mosaic doctor` for this machine, or of the API alone for an installation elsewhere.
import { agentImageName } from "../../up/agent-image.ts";
import { readUpSettings } from "../../up/settings.ts";
import { isLocal } from "../../http/target.ts";
import type { CliIo } from "../../terminal/io.ts";
import { SECRET_FILES } from "../installation.ts";
import { apiChecks } from "./api-checks.ts";
import { runChecks, type CheckResult } from "./check.ts";
import { dockerChecks } from "./docker-checks.ts";
import { folderCheck } from "./folder-check.ts";
import { nodeCheck } from "./node-check.ts";
import { serviceChecks } from "./service-checks.ts";

export interface Examination {
  readonly io: CliIo;
  readonly url: URL;
}

/** Changes nothing. @throws FleetError CONFIG_INVALID for settings that cannot be understood at all. */
export async function examine({ io, url }: Examination): Promise<CheckResult[]> {
  if (!isLocal(url)) return await runChecks(apiChecks(url));
  const { dataDir, environment } = readUpSettings(io.env);
  return await runChecks([
    nodeCheck(process.versions.node),
    folderCheck(dataDir, SECRET_FILES),
    ...dockerChecks(environment["MOSAIC_AGENT_IMAGE"] ?? (await agentImageName())),
    ...serviceChecks(io),
    ...apiChecks(url),
  ]);
}
