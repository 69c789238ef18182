// Single workflows for the Temporal Web UI, over gRPC: the server's HTTP API finds none whose id holds a slash, as all of ours do.
import { createRequire } from "node:module";
import { isGrpcServiceError, type Client } from "@temporalio/client";
import type { Temporal } from "../../adapters/temporal/temporal-client.ts";
import { FleetError } from "../../contracts/core/errors.ts";

/** A slash in the id may have been decoded on the way here. */
const PATH =
  /^\/api\/v1\/namespaces\/([^/]+)\/workflows\/(.+?)(\/history|\/history-reverse|\/query\/__temporal_workflow_metadata)?$/;
const READ_DEADLINE_MS = 10_000;
/** The interface asks again and again for what happens next. Short, so that an open page keeps nobody from stopping us. */
const NEWS_DEADLINE_MS = 5_000;
const PAGE_MAX_EVENTS = 1_000;
const GRPC = { invalidArgument: 3, deadlineExceeded: 4, notFound: 5, failedPrecondition: 9 } as const;
/** What a workflow says of itself. Every worker of the SDK answers it, and it changes nothing. */
const SELF_DESCRIPTION = "__temporal_workflow_metadata";

/** The SDK describes its messages with a library of its own, which also puts them as Temporal's tools do; it has no types for that. */
const sdk = createRequire(createRequire(import.meta.url).resolve("@temporalio/proto"));
const messages: { lookupType(name: string): unknown } = sdk("./index.js");
const protoJson: { toJson(type: unknown, message: object): unknown } = sdk("protobufjs/ext/protojson");

export interface WorkflowRead {
  readonly namespace: string;
  readonly execution: { readonly workflowId: string; readonly runId: string };
  readonly part: "description" | "history" | "history-reverse" | "self-description";
  readonly page: { readonly maximumPageSize: number; readonly nextPageToken: Buffer };
  readonly waitNewEvent: boolean;
}

/** Null for what is no read of one workflow. @throws FleetError BAD_REQUEST for a path that cannot be decoded */
export function workflowReadOf(path: string, query: URLSearchParams): WorkflowRead | null {
  const [, namespace, workflowId, end] = PATH.exec(path) ?? [];
  if (namespace === undefined || workflowId === undefined) return null;
  const size = Number(parameter(query, "maximumPageSize"));
  return {
    namespace: decoded(namespace),
    execution: { workflowId: decoded(workflowId), runId: parameter(query, "execution.runId") },
    part: partOf(end),
    page: {
      maximumPageSize: Number.isInteger(size) && size > 0 ? Math.min(size, PAGE_MAX_EVENTS) : 0,
      nextPageToken: Buffer.from(parameter(query, "nextPageToken"), "base64"),
    },
    waitNewEvent: parameter(query, "waitNewEvent") === "true",
  };
}

function partOf(end: string | undefined): WorkflowRead["part"] {
  if (end === undefined) return "description";
  if (end === "/history") return "history";
  return end === "/history-reverse" ? "history-reverse" : "self-description";
}

/** For JSON. @throws FleetError NOT_FOUND, BAD_REQUEST, WORKFLOWS_UNAVAILABLE */
export async function readWorkflow(temporal: Temporal, read: WorkflowRead, signal: AbortSignal): Promise<unknown> {
  const waits = read.part === "history" && read.waitNewEvent && read.page.nextPageToken.length > 0;
  const deadlineMs = waits ? NEWS_DEADLINE_MS : READ_DEADLINE_MS;
  try {
    return await temporal.call((client) => ask(client, read), { deadlineMs, signal });
  } catch (error) {
    const code: number | null = isGrpcServiceError(error) ? error.code : null;
    if (code === GRPC.notFound) throw new FleetError("NOT_FOUND", "There is no such workflow.", { cause: error });
    if (code === GRPC.invalidArgument) throw new FleetError("BAD_REQUEST", "Temporal refuses this request.", { cause: error });
    if (code !== GRPC.deadlineExceeded && code !== GRPC.failedPrecondition) throw error;
    if (waits) return { history: { events: [] }, nextPageToken: read.page.nextPageToken.toString("base64") };
    throw new FleetError("WORKFLOWS_UNAVAILABLE", "Neither Temporal nor a worker responds.", { cause: error });
  }
}

async function ask({ workflowService }: Client, { namespace, execution, part, page, waitNewEvent }: WorkflowRead) {
  switch (part) {
    case "description":
      return inJson(
        "DescribeWorkflowExecutionResponse",
        await workflowService.describeWorkflowExecution({ namespace, execution }),
      );
    case "history":
      return inJson(
        "GetWorkflowExecutionHistoryResponse",
        await workflowService.getWorkflowExecutionHistory({ namespace, execution, ...page, waitNewEvent }),
      );
    case "history-reverse":
      return inJson(
        "GetWorkflowExecutionHistoryReverseResponse",
        await workflowService.getWorkflowExecutionHistoryReverse({ namespace, execution, ...page }),
      );
    case "self-description":
      return inJson(
        "QueryWorkflowResponse",
        await workflowService.queryWorkflow({ namespace, execution, query: { queryType: SELF_DESCRIPTION } }),
      );
  }
}

/** Enumerations and times as text, 64-bit numbers too, bytes in base64. */
function inJson(name: string, message: object): unknown {
  return protoJson.toJson(messages.lookupType(`temporal.api.workflowservice.v1.${name}`), message);
}

/** The server knows each by two spellings, and the interface uses both. */
function parameter(query: URLSearchParams, name: string): string {
  return query.get(name) ?? query.get(name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)) ?? "";
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new FleetError("BAD_REQUEST", "This address cannot be read.", { cause });
  }
}
