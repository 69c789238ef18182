// The demonstration model server inside a test, with a record of what agents asked it.
import { createDemoModelServer } from "../../../cli/up/demo-model-server.ts";

export type RecordedRequest = Readonly<Record<string, unknown>>;

export interface ModelServerOptions {
  readonly host: string;
  readonly apiKey: string;
  readonly recorded: RecordedRequest[];
}

export async function startDemoModelServer(options: ModelServerOptions): Promise<{ url: string; close(): Promise<void> }> {
  const server = await createDemoModelServer({
    host: options.host,
    port: 0,
    apiKey: options.apiKey,
    onRequest: (body) => {
      if (typeof body === "object" && body !== null) options.recorded.push({ ...body });
    },
  });
  return { url: server.baseUrl, close: server.close };
}
