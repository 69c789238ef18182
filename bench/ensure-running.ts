// What the product adds to a start: from update-with-start to a container that answers, beside the engine alone.
import { alternate, defineBench, lineOf, timed } from "./support/bench.ts";
import { withFleet, type FleetStage } from "./support/fleet-stage.ts";

export const ensureRunning = defineBench<{ readonly pairs: number }>({
  name: "ensure-running",
  title: "Waking an agent",
  about:
    "From the call `ensureRunning` to a container that answers its readiness probe, through Temporal, the worker and Postgres: volume, tokens, hardened container, timeline. Against create, start and the first good probe through the engine's API, with the same image, network and limits. The image holds a small HTTP server: the boot of OpenClaw itself is on neither side.",
  sizes: { full: { pairs: 12 }, smoke: { pairs: 1 } },
  run: ({ pairs }) =>
    withFleet("ensure-running", async (stage) => [
      lineOf(
        { what: "first start of a tenant", unit: "ms", against: "docker create + start" },
        await alternate(pairs, { ours: () => wakeOne(stage), bare: () => startBare(stage) }),
      ),
    ]),
});

async function wakeOne(stage: FleetStage): Promise<number> {
  const tenant = stage.newTenant();
  const ms = await timed(() => stage.wake(tenant));
  await stage.putToSleep(tenant);
  return ms;
}

async function startBare(stage: FleetStage): Promise<number> {
  let id = "";
  const ms = await timed(async () => {
    id = await stage.startBare();
  });
  await stage.removeBare(id);
  return ms;
}
