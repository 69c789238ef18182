// Fetches the audit log as JSON lines, says how far it has come, and gives the browser the file when it is whole.
import { useEffect, useRef, useState } from "react";
import { useApi } from "../../api/api-context.ts";
import { exportPath } from "./audit-api.ts";
import { ApiError } from "../../api/errors.ts";
import type { ListSearch } from "../../search-params.ts";
import { readLines } from "./read-lines.ts";

const FILE_NAME = "audit-events.jsonl";
const FILE_TYPE = "application/x-ndjson";

export type ExportState =
  | { readonly kind: "idle" }
  | { readonly kind: "running"; readonly lines: number }
  | { readonly kind: "done"; readonly lines: number }
  | { readonly kind: "failed"; readonly error: unknown };

export interface AuditExport {
  readonly state: ExportState;
  readonly start: (search: ListSearch) => void;
  readonly cancel: () => void;
}

export function useAuditExport(): AuditExport {
  const api = useApi();
  const [state, setState] = useState<ExportState>({ kind: "idle" });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  async function run(search: ListSearch, { signal }: AbortController): Promise<void> {
    setState({ kind: "running", lines: 0 });
    try {
      const stream = await api.download(exportPath(search), signal);
      const { pieces, lines } = await readLines(stream, (read) => setState({ kind: "running", lines: read }));
      save(new Blob(pieces, { type: FILE_TYPE }));
      setState({ kind: "done", lines });
    } catch (error) {
      setState(signal.aborted ? { kind: "idle" } : { kind: "failed", error: transportError(error) });
    }
  }

  return {
    state,
    start(search) {
      running.current?.abort();
      running.current = new AbortController();
      void run(search, running.current);
    },
    cancel: () => running.current?.abort(),
  };
}

/** What breaks off in the middle is the connection; what the api says comes before. */
function transportError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError({ code: "NETWORK", message: "The export broke off." });
}

function save(file: Blob): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = FILE_NAME;
  link.click();
  // After the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(address));
}
