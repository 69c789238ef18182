// Passes single reads on to the HTTP API of the local Temporal server, and nothing of who asked.
import { request as httpRequest, type IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Response } from "express";
import { FleetError } from "../../contracts/core/errors.ts";

const SILENCE_MAX_MS = 10_000;
/** Payloads as the server keeps them: the interface decodes them itself. */
const ACCEPT = "application/json+no-payload-shorthand";

export interface TemporalHttpApi {
  readonly address: { readonly host: string; readonly port: number };
  /** The name that the server answers to. */
  readonly hostName: string;
}

/** `path` with its query, as the server knows it. @throws FleetError WORKFLOWS_UNAVAILABLE */
export async function passOn(api: TemporalHttpApi, path: string, response: Response): Promise<void> {
  const answer = await ask(api, path, response);
  response.status(answer.statusCode ?? 502).set("content-type", "application/json; charset=utf-8");
  await pipeline(answer, response).catch((error: unknown) => {
    // A reader who left is no failure; whoever stays gets a connection that breaks off.
    if (!response.destroyed) throw error;
  });
}

async function ask(api: TemporalHttpApi, path: string, response: Response): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    const headers = { host: api.hostName, accept: ACCEPT };
    const asked = httpRequest({ ...api.address, method: "GET", path, headers, timeout: SILENCE_MAX_MS }, resolve);
    asked.on("timeout", () => asked.destroy(new Error("Temporal does not answer.")));
    asked.on("error", (cause) => {
      reject(new FleetError("WORKFLOWS_UNAVAILABLE", "The workflow service is unavailable.", { cause }));
    });
    response.on("close", () => asked.destroy());
    asked.end();
  });
}
