// Prints the paths of all pages as JSON. A process of its own: the bundler does not run within a test runner's realm.
import { join } from "node:path";
import { createServer } from "vite";
import { z } from "zod";

const UI = join(import.meta.dirname, "../../../ui");

const routerSchema = z.object({
  routesById: z.record(
    z.string(),
    z.looseObject({ fullPath: z.string(), children: z.unknown().optional(), options: z.looseObject({}) }),
  ),
});
const treeSchema = z.object({ createAppRouter: z.function({ input: [z.object({})], output: z.unknown() }) });

async function listPagePaths(): Promise<readonly string[]> {
  const server = await createServer({
    configFile: join(UI, "vite.config.ts"),
    logLevel: "error",
    appType: "custom",
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true, include: [] },
  });
  try {
    const { createAppRouter } = treeSchema.parse(await server.ssrLoadModule("/src/routes.tsx"));
    const { routesById } = routerSchema.parse(createAppRouter({}));
    const pages = Object.values(routesById).filter(
      ({ options, children }) => options["component"] !== undefined && children === undefined,
    );
    // The first page within a frame ends with a slash.
    return [...new Set(pages.map(({ fullPath }) => fullPath.replace(/(?<=.)\/$/, "")))];
  } finally {
    await server.close();
  }
}

process.stdout.write(JSON.stringify(await listPagePaths()));
