// The Temporal server as `npm start` runs it, whose Web UI the api can show.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTemporal } from "../../../adapters/temporal/temporal-client.ts";
import { openDataDir } from "../../../cli/up/data-dir.ts";
import { freePort } from "../../../cli/up/ports.ts";
import { newHttpHost, startTemporalServer } from "../../../cli/up/temporal-server.ts";
import { localTemporalBinary, localTemporalUi } from "./local-temporal.ts";
import { useWorld } from "./use-world.ts";

const CALL_DEADLINE_MS = 60_000;

export const useProductTemporal = () =>
  useWorld(async (ends) => {
    const folder = ends.adopt(await mkdtemp(join(tmpdir(), "mosaic-temporal-")), (path) =>
      rm(path, { recursive: true, force: true }),
    );
    const [port, httpPort, metricsPort] = [await freePort(), await freePort(), await freePort()];
    const httpHost = newHttpHost();
    const options = {
      ...{ binary: await localTemporalBinary(), dir: await openDataDir(folder), port, httpPort, httpHost, metricsPort },
      ...{ environment: process.env, signal: new AbortController().signal },
    };
    const { pid } = ends.adopt(await startTemporalServer(options), (server) => server.stop());
    const address = `127.0.0.1:${port}`;
    const temporal = ends.adopt(createTemporal({ address, callDeadlineMs: CALL_DEADLINE_MS }), ({ close }) => close());
    return {
      ...{ folder, port, httpHost, pid, temporal },
      /** Of an api that shows the Web UI. */
      settings: async () => ({
        TEMPORAL_ADDRESS: address,
        MOSAIC_TEMPORAL_UI_ARCHIVE: await localTemporalUi(),
        MOSAIC_TEMPORAL_HTTP_PORT: String(httpPort),
        MOSAIC_TEMPORAL_HTTP_HOST: httpHost,
      }),
    };
  });
